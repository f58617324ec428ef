// The order of values: what `<`, `=`, min and max go by.

import type { Value, Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { powerOfTen } from '../../values/decimal.ts'
import { compareUtf8 } from './utf8.ts'
import { compareVariants } from './variant-order.ts'

export type Order = (a: Value, b: Value) => number

/** Negative, 0 or positive for values that are not NULL; undefined where the type has no order. */
export function orderOf(type: DataType): Order | undefined {
  switch (type.kind) {
    case 'boolean':
      return (a, b) => Number(a) - Number(b)
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'float':
    case 'double':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
    case 'year_month_interval':
      return (a, b) => compareNumbers(a as number, b as number)
    case 'bigint':
    case 'decimal':
    case 'day_time_interval':
      return (a, b) => compareBigints(a as bigint, b as bigint)
    case 'string':
      return (a, b) => compareUtf8(a as string, b as string)
    case 'binary':
      return (a, b) => compareBytes(a as Uint8Array, b as Uint8Array)
    case 'array': {
      const element = orderOf(type.element)
      return element && ((a, b) => compareLists(a as readonly Value[], b as readonly Value[], () => element))
    }
    case 'struct': {
      const fields = type.fields.map((field) => orderOf(field.type))
      if (fields.includes(undefined)) return undefined
      return (a, b) => compareLists(a as readonly Value[], b as readonly Value[], (i) => fields[i] as Order)
    }
    case 'variant':
      return (a, b) => compareVariants(a as Variant, b as Variant)
    case 'void':
      return () => 0
    case 'map':
    case 'interval':
      return undefined
    default:
      return type satisfies never
  }
}

/** Two decimals of different scales, compared exactly. */
export function decimalOrder(scaleA: number, scaleB: number): Order {
  const scale = Math.max(scaleA, scaleB)
  const [factorA, factorB] = [powerOfTen(scale - scaleA), powerOfTen(scale - scaleB)]
  return (a, b) => compareBigints((a as bigint) * factorA, (b as bigint) * factorB)
}

/** NaN equals itself and is greater than every number; -0 equals 0. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

export function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number)
  return a.length - b.length
}

/** NULL comes first. */
function compareLists(a: readonly Value[], b: readonly Value[], order: (i: number) => Order): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a[i] as Value, b[i] as Value]
    const result = x === null || y === null ? Number(x !== null) - Number(y !== null) : order(i)(x, y)
    if (result !== 0) return result
  }
  return a.length - b.length
}
