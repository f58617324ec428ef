// What a pipeline file says about the transform drop.

import * as v from 'valibot'
import { expression, normalisedKind, type OptionsOf } from '../spec-kit.ts'

export const dropSpec = normalisedKind(
  'Leaves columns out.',
  v.pipe(
    v.union([expression(), v.pipe(v.array(expression()), v.minLength(1, 'must name at least one column'))]),
    v.description('A column, or a list of columns.'),
  ),
  (columns) => (Array.isArray(columns) ? columns : [columns]),
)

export type DropOptions = OptionsOf<typeof dropSpec>
