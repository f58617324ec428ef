// Expressions of Spark SQL over frames of columns: what the rest of sprk sees of them.

export { type Accumulator, type Aggregate, GroupFault } from './aggregates/aggregate.ts'
export type { CompiledAggregates } from './aggregates/compile.ts'
export { fromJson } from './casts/from-json.ts'
export { type Compiled, compileAggregates, compileExpression } from './compile.ts'
export { ExpressionError } from './error.ts'
export { compileRegex } from './functions/regex.ts'
export { lift } from './runtime/lift.ts'
export { selectTrue } from './runtime/selection.ts'
export {
  castText,
  columnName,
  compileAggregateText,
  compileText,
  type ExpressionInput,
  reporting,
} from './source-text.ts'
export { parseSchema } from './syntax/type-parser.ts'
