// Exact sums of integers by group: doubles while they are exact, a bigint beside them where they would not be.

import { grown } from './aggregate.ts'

/** A sum is carried over before it leaves the range in which adding a smaller one is exact. */
const CARRY = 2 ** 52

/** The greatest number that `addNumber` takes. */
export const MAX_ADDED = CARRY

export class ExactSums {
  #low = new Float64Array(0)
  readonly #high = new Map<number, bigint>()
  /** 1 where a value was added. */
  #seen = new Uint8Array(0)

  grow(groupCount: number): void {
    this.#low = grown(this.#low, groupCount)
    this.#seen = grown(this.#seen, groupCount)
  }

  /** `value` is an integer of at most `MAX_ADDED`. */
  addNumber(group: number, value: number): void {
    const sum = (this.#low[group] as number) + value
    this.#seen[group] = 1
    if (sum < CARRY && sum > -CARRY) this.#low[group] = sum
    else {
      this.#low[group] = 0
      this.#carry(group, BigInt(sum))
    }
  }

  addBigint(group: number, value: bigint): void {
    const number = Number(value)
    if (number < CARRY && number > -CARRY) this.addNumber(group, number)
    else {
      this.#seen[group] = 1
      this.#carry(group, value)
    }
  }

  addAll(other: ExactSums, groups: Int32Array): void {
    for (let g = 0; g < groups.length; g++) {
      const value = other.at(g)
      if (value !== null) this.addBigint(groups[g] as number, value)
    }
  }

  /** Null where nothing was added. */
  at(group: number): bigint | null {
    if (this.#seen[group] !== 1) return null
    return BigInt(this.#low[group] as number) + (this.#high.get(group) ?? 0n)
  }

  #carry(group: number, value: bigint): void {
    this.#high.set(group, (this.#high.get(group) ?? 0n) + value)
  }
}
