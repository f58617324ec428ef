// What a pipeline file says about the sink discard.

import * as v from 'valibot'
import { kind, type OptionsOf } from '../spec-kit.ts'

export const discardSpec = kind('Writes nothing: for benchmarks and dry runs.', v.object({}))

export type DiscardOptions = OptionsOf<typeof discardSpec>
