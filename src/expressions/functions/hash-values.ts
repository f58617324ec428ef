// hash and xxhash64 of values of every type: each part is hashed with the hash so far as its seed, and NULL leaves it as it is
// (Spark's `HashExpression`).

import type { CalendarInterval, Value, Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { hashBytes, hashInt, hashLong } from '../../values/xx-hash.ts'
import { bufferOf } from './buffer.ts'
import { murmurBytes, murmurInt, murmurLong } from './murmur3.ts'

/** What is done with the three forms that all values come down to. */
interface Hasher<Hash> {
  int(value: number, seed: Hash): Hash
  long(value: bigint, seed: Hash): Hash
  bytes(bytes: Buffer, seed: Hash): Hash
}

export const MURMUR3: Hasher<number> = { int: murmurInt, long: murmurLong, bytes: murmurBytes }
/** Seeds and hashes are unsigned. */
export const XXHASH64: Hasher<bigint> = { int: hashInt, long: hashLong, bytes: hashBytes }

/** Longs hold the unscaled values of decimals of no more digits. */
const LONG_DIGITS = 18

export function hashOf<Hash>(hasher: Hasher<Hash>, type: DataType): (value: Value, seed: Hash) => Hash {
  const ofValue = hashOfValue(hasher, type)
  return (value, seed) => (value === null ? seed : ofValue(value, seed))
}

function hashOfValue<Hash>(hasher: Hasher<Hash>, type: DataType): (value: Value, seed: Hash) => Hash {
  switch (type.kind) {
    case 'boolean':
      return (value, seed) => hasher.int(value === true ? 1 : 0, seed)
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'date':
    case 'year_month_interval':
      return (value, seed) => hasher.int(value as number, seed)
    case 'bigint':
    case 'day_time_interval':
      return (value, seed) => hasher.long(value as bigint, seed)
    case 'timestamp':
    case 'timestamp_ntz':
      return (value, seed) => hasher.long(BigInt(value as number), seed)
    case 'float':
      return (value, seed) => hasher.int(bitsOf(value as number).readInt32LE(8), seed)
    case 'double':
      return (value, seed) => hasher.long(bitsOf(value as number).readBigInt64LE(0), seed)
    case 'decimal':
      if (type.precision <= LONG_DIGITS) return (value, seed) => hasher.long(value as bigint, seed)
      return (value, seed) => hasher.bytes(twosComplement(value as bigint), seed)
    case 'interval':
      return (value, seed) => {
        const { months, days, microseconds } = value as CalendarInterval
        return hasher.int(months, hasher.int(days, hasher.long(microseconds, seed)))
      }
    case 'string':
      return (value, seed) => hasher.bytes(Buffer.from(value as string), seed)
    case 'binary':
      return (value, seed) => hasher.bytes(bufferOf(value as Uint8Array), seed)
    case 'array': {
      const element = hashOf(hasher, type.element)
      return (value, seed) => (value as readonly Value[]).reduce((hash: Hash, item) => element(item, hash), seed)
    }
    case 'struct': {
      const fields = type.fields.map((field) => hashOf(hasher, field.type))
      return (value, seed) =>
        fields.reduce((hash, field, i) => field((value as readonly Value[])[i] ?? null, hash), seed)
    }
    case 'map': {
      const [key, item] = [hashOf(hasher, type.key), hashOf(hasher, type.value)]
      return (value, seed) => {
        let hash = seed
        for (const [k, v] of value as ReadonlyMap<Value, Value>) hash = item(v, key(k, hash))
        return hash
      }
    }
    case 'variant':
      // Spark hashes the bytes of its own format.
      return (value, seed) => {
        const { tag, text } = value as Variant
        return hasher.bytes(Buffer.from(`${tag}${text}`), seed)
      }
    case 'void':
      return (_, seed) => seed
    default:
      return type satisfies never
  }
}

const scratch = Buffer.alloc(12)

/** The bits of a double at 0, those of a float at 8; −0 is 0, and there is one NaN. */
function bitsOf(value: number): Buffer {
  scratch.writeDoubleLE(Number.isNaN(value) ? Number.NaN : value + 0, 0)
  scratch.writeFloatLE(Number.isNaN(value) ? Number.NaN : value + 0, 8)
  return scratch
}

/** Of the fewest bytes, the highest first (`BigInteger.toByteArray`). */
function twosComplement(value: bigint): Buffer {
  let bytes = 1
  while (BigInt.asIntN(8 * bytes, value) !== value) bytes++
  const hex = BigInt.asUintN(8 * bytes, value)
    .toString(16)
    .padStart(2 * bytes, '0')
  return Buffer.from(hex, 'hex')
}
