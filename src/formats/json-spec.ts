// What a pipeline file says about the format json.

import * as v from 'valibot'
import { kind, type OptionsOf } from '../spec-kit.ts'

export const jsonSpec = kind('One JSON object in each record; its fields are the columns.', v.object({}))

export type JsonOptions = OptionsOf<typeof jsonSpec>
