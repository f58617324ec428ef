// approx_count_distinct by HyperLogLog++: how many different values there are, within a relative deviation.
//
// S. Heule, M. Nunkesser and A. Hall, "HyperLogLog in Practice" (2013). With the hash and the constants of Spark's
// HyperLogLogPlusPlusHelper, estimates are the same as Spark's; they do not depend on the order of the rows.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { hashOf, XXHASH64 } from '../functions/hash-values.ts'
import { biasesOf, cardinalitiesOf } from './distinct-biases.ts'
import type { StateFunction } from './states.ts'

/** The relative standard deviations of the precisions 18 and 4: a group keeps 2^precision bytes. */
export const MIN_DEVIATION = 0.0022
export const MAX_DEVIATION = 0.39

/** Spark's seed. */
const SEED = 42n

/** The highest number of leading zeros, plus one, of the hashes that fall into each register. */
type Registers = Uint8Array

export function distinctEstimates(type: DataType, deviation: number): StateFunction<Registers> {
  const precision = Math.ceil((2 * Math.log(1.106 / deviation)) / Math.log(2))
  const size = 2 ** precision
  const shift = BigInt(64 - precision)
  const hash = hashOf(XXHASH64, type)
  return {
    stateBytes: size + 128,
    empty: () => new Uint8Array(size),
    add(registers, [value = null]) {
      if (value !== null) count(registers, hash(value as Value, SEED), shift)
      return 0
    },
    merge(registers, other) {
      other.forEach((rank, i) => {
        if (rank > (registers[i] as number)) registers[i] = rank
      })
      return 0
    },
    result: (registers) => BigInt(Math.round(estimate(registers, precision))),
  }
}

/** The first bits of the hash name the register; the leading zeros of the others are counted. */
function count(registers: Registers, hash: bigint, shift: bigint): void {
  const register = Number(hash >> shift)
  const others = BigInt.asUintN(64, (hash << (64n - shift)) | (1n << (63n - shift)))
  const high = Number(others >> 32n)
  const zeros = high === 0 ? 32 + Math.clz32(Number(others & 0xffffffffn)) : Math.clz32(high)
  if (zeros + 1 > (registers[register] as number)) registers[register] = zeros + 1
}

function estimate(registers: Registers, precision: number): number {
  const size = registers.length
  let sum = 0
  let empty = 0
  for (const rank of registers) {
    sum += 2 ** -rank
    if (rank === 0) empty++
  }
  const raw = (alpha(size) * size * size) / sum
  // Linear counting, up to the limit of the first HyperLogLog, which is above those of the paper.
  if (empty > 0 && raw <= 2.5 * size) return size * Math.log(size / empty)
  return raw < 5 * size ? raw - bias(raw, precision) : raw
}

function alpha(size: number): number {
  if (size === 16) return 0.673
  if (size === 32) return 0.697
  return size === 64 ? 0.709 : 0.7213 / (1 + 1.079 / size)
}

const NEIGHBOURS = 6

/** The mean bias of the measured estimates that are nearest to a raw one. */
function bias(raw: number, precision: number): number {
  const biases = biasesOf(precision)
  const cardinalities = cardinalitiesOf(precision)
  const distance = (i: number) => Math.abs((cardinalities[i] as number) + (biases[i] as number) - raw)
  let next = 0
  while (next < biases.length && (cardinalities[next] as number) + (biases[next] as number) < raw) next++
  let low = Math.max(0, next - NEIGHBOURS)
  let high = Math.min(low + NEIGHBOURS, biases.length)
  while (high < biases.length && distance(high) < distance(low)) {
    low++
    high++
  }
  let sum = 0
  for (let i = low; i < high; i++) sum += biases[i] as number
  return sum / (high - low)
}
