// Where a reset moves positions to.

import { isoText } from '../../values/iso-text.ts'

export type ResetTarget =
  | { readonly to: 'earliest' }
  | { readonly to: 'latest' }
  | { readonly to: 'offset'; readonly offset: number }
  /** Epoch milliseconds: the first record that is as late, or the end where none is. */
  | { readonly to: 'time'; readonly at: number }
  | { readonly to: 'shift'; readonly by: number }
  /** A CSV file. */
  | { readonly to: 'file'; readonly path: string }

/** For the audit and for people. */
export function describeTarget(target: ResetTarget): string {
  switch (target.to) {
    case 'earliest':
    case 'latest':
      return `to ${target.to}`
    case 'offset':
      return `to offset ${target.offset}`
    case 'time':
      return `to time ${isoText(target.at)}`
    case 'shift':
      return `by ${target.by < 0 ? '' : '+'}${target.by}`
    case 'file':
      return `from file ${target.path}`
    default:
      return target satisfies never
  }
}
