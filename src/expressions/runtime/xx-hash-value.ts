// XXH64 of values, type by type as Spark's XxHash64 hashes them.

import type { CalendarInterval, Value, Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { hashBytes, hashInt, hashLong } from '../../values/xx-hash.ts'

/** Of values of one type: the hash of the seed and the value; NULL leaves the seed. Both are unsigned. */
export type ValueHash = (value: Value, seed: bigint) => bigint

export function valueHash(type: DataType): ValueHash {
  const hash = knownHash(type)
  return (value, seed) => (value === null ? seed : hash(value, seed))
}

function knownHash(type: DataType): ValueHash {
  switch (type.kind) {
    case 'boolean':
      return (value, seed) => hashInt(value === true ? 1 : 0, seed)
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'date':
    case 'year_month_interval':
      return (value, seed) => hashInt(value as number, seed)
    case 'bigint':
    case 'timestamp':
    case 'timestamp_ntz':
    case 'day_time_interval':
      return (value, seed) => hashLong(BigInt(value as bigint | number), seed)
    case 'float':
      return (value, seed) => hashInt(floatBits(value as number), seed)
    case 'double':
      return (value, seed) => hashLong(doubleBits(value as number), seed)
    case 'decimal':
      return type.precision <= MAX_LONG_DIGITS
        ? (value, seed) => hashLong(value as bigint, seed)
        : (value, seed) => hashBytes(bytesOf(value as bigint), seed)
    case 'string':
      return (value, seed) => hashBytes(Buffer.from(value as string), seed)
    case 'binary':
      return (value, seed) => hashBytes(value as Uint8Array, seed)
    case 'variant':
      // Spark hashes the bytes of its own format.
      return (value, seed) => hashBytes(Buffer.from(`${(value as Variant).tag}${(value as Variant).text}`), seed)
    case 'interval':
      return (value, seed) => ofInterval(value as CalendarInterval, seed)
    case 'void':
      return (_, seed) => seed
    case 'array':
    case 'struct':
    case 'map':
      return nestedHash(type)
    default:
      return type satisfies never
  }
}

/** The hash of each part is the seed of the next. */
function nestedHash(type: Extract<DataType, { kind: 'array' | 'struct' | 'map' }>): ValueHash {
  if (type.kind === 'array') {
    const element = valueHash(type.element)
    return (value, seed) => (value as readonly Value[]).reduce<bigint>((hash, item) => element(item, hash), seed)
  }
  if (type.kind === 'struct') {
    const fields = type.fields.map((field) => valueHash(field.type))
    return (value, seed) =>
      fields.reduce((hash, field, i) => field((value as readonly Value[])[i] as Value, hash), seed)
  }
  const [key, item] = [valueHash(type.key), valueHash(type.value)]
  return (value, seed) => {
    let hash = seed
    for (const [k, v] of value as ReadonlyMap<Value, Value>) hash = item(v, key(k, hash))
    return hash
  }
}

/** Decimals of more digits are hashed by their bytes. */
const MAX_LONG_DIGITS = 18

const view = new DataView(new ArrayBuffer(8))

/** -0 is hashed as 0, every NaN as one. */
function doubleBits(value: number): bigint {
  view.setFloat64(0, value === 0 ? 0 : value)
  return Number.isNaN(value) ? 0x7ff8000000000000n : view.getBigInt64(0)
}

function floatBits(value: number): number {
  view.setFloat32(0, value === 0 ? 0 : value)
  return Number.isNaN(value) ? 0x7fc00000 : view.getInt32(0)
}

/** Two's complement in as few bytes as it takes, the highest first (Java's `BigInteger.toByteArray`). */
function bytesOf(value: bigint): Uint8Array {
  let length = 1
  while (value !== BigInt.asIntN(length * 8, value)) length++
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0')
  return Buffer.from(hex, 'hex')
}

function ofInterval({ months, days, microseconds }: CalendarInterval, seed: bigint): bigint {
  return hashInt(months, hashInt(days, hashLong(microseconds, seed)))
}
