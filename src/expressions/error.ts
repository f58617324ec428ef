// What can be wrong with an expression before it runs, and at a row when it runs.

import type { Reject } from '../column.ts'

/** A mistake in the text of an expression, at `text[start … end)`. */
export class ExpressionError extends Error {
  readonly code: string
  readonly start: number
  readonly end: number
  readonly hint: string | undefined

  constructor(code: string, message: string, at: { readonly start: number; readonly end: number }, hint?: string) {
    super(message)
    this.name = 'ExpressionError'
    this.code = code
    this.start = at.start
    this.end = at.end
    this.hint = hint
  }
}

/**
 * Thrown by a scalar function whose arguments have no result. Whoever calls the function for a row refuses the row's
 * record. Not an Error: a stack trace for each bad record would cost more than the record.
 */
export class RowFault {
  readonly reject: Reject

  constructor(code: string, message: string) {
    this.reject = { code, message }
  }
}

/** The name that a misspelt one most likely stands for. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Damerau's distance with adjacent transpositions; at least `limit` where it is not below. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforePrevious, j - 2) + 1)
      row.push(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return at(previous, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] as number
}
