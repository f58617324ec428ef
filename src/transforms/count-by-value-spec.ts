// What a pipeline file says about the transform countByValue.

import * as v from 'valibot'
import { kind, type OptionsOf } from '../spec-kit.ts'

export const countByValueSpec = kind(
  'Counts how often each distinct row occurs in a micro-batch: its columns and `count`.',
  v.strictObject({}),
)

export type CountByValueOptions = OptionsOf<typeof countByValueSpec>
