// A bag: values, each with how often it occurs.

import type { Value } from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import { canonicalKey } from '../../values/canonical-key.ts'
import { normal } from './distinct.ts'

const ENTRY_BYTES = 120

interface Counted {
  readonly value: Value
  count: number
}

/** In the order in which the values were first met; they are compared as keys are. */
export class Bag {
  readonly #entries = new Map<Value, Counted>()

  /** Gives about how many more bytes it takes now. */
  add(value: Value, times: number): number {
    const isPlain = value === null || typeof value !== 'object'
    const key = isPlain ? value : canonicalKey([value])
    const known = this.#entries.get(key)
    if (known !== undefined) {
      known.count += times
      return 0
    }
    this.#entries.set(key, { value: normal(value), count: times })
    return ENTRY_BYTES + keptBytes(value) + (isPlain ? 0 : keptBytes(key))
  }

  addAll(other: Bag): number {
    let bytes = 0
    for (const { value, count } of other.entries()) bytes += this.add(value, count)
    return bytes
  }

  entries(): IterableIterator<Readonly<Counted>> {
    return this.#entries.values()
  }
}
