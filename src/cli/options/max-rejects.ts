// How many records a run may refuse: a number, or a share of those that were read.

import { InvalidArgumentError } from 'commander'
import type { MaxRejects } from '../../execution/deadline.ts'

export function maxRejects(text: string): MaxRejects {
  const [, digits = '', share] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  const n = Number(digits)
  if (share === '%' && n <= 100) return { percent: n }
  if (share === '' && Number.isSafeInteger(n) && /^\d+$/.test(digits)) return { count: n }
  throw new InvalidArgumentError('a number of records or a share of them is expected: 10, 5%, 0')
}
