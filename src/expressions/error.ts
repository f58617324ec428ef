// What can be wrong with the text of an expression.

/** A mistake in the text of an expression, at `text[start … end)`. */
export class ExpressionError extends Error {
  readonly code: string
  readonly start: number
  readonly end: number
  readonly hint: string | undefined
  /** The name of Spark's error; absent where it is that of the code (`conditionOf`). */
  readonly condition: string | undefined

  constructor(
    code: string,
    message: string,
    at: { readonly start: number; readonly end: number },
    hint?: string,
    condition?: string,
  ) {
    super(message)
    this.name = 'ExpressionError'
    this.code = code
    this.start = at.start
    this.end = at.end
    this.hint = hint
    this.condition = condition
  }
}
