// What a pipeline file says about the format text.

import * as v from 'valibot'
import { kind, type OptionsOf } from '../spec-kit.ts'

export const textSpec = kind('UTF-8 text in each record; its column is `value`.', v.object({}))

export type TextOptions = OptionsOf<typeof textSpec>
