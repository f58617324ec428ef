// Merges two partial results, as stored, by rule and type, with Spark's treatment of NULL and overflow.

import type { SqlValue } from '../../checkpoint.ts'
import type { MergeRule } from '../../transform.ts'
import { type DataType, typeName } from '../../types.ts'
import { decimalText, fits } from '../../values/decimal.ts'
import { Unstorable } from './value.ts'

/** Merges two values that are not NULL; throws Unstorable where the result does not fit its type. */
type Merge = (saved: SqlValue, added: SqlValue) => SqlValue

/** NULL is the aggregate of no values: the other result stays. Undefined: the rule does not apply to the type. */
export function mergeOf(rule: MergeRule, type: DataType): Merge | undefined {
  const merge = mergeValues(rule, type)
  return merge && ((saved, added) => (saved === null ? added : added === null ? saved : merge(saved, added)))
}

function mergeValues(rule: MergeRule, type: DataType): Merge | undefined {
  switch (rule) {
    case 'sum':
      return sumOf(type)
    case 'min': {
      const compare = comparisonOf(type)
      return compare && ((saved, added) => (compare(added, saved) < 0 ? added : saved))
    }
    case 'max': {
      const compare = comparisonOf(type)
      return compare && ((saved, added) => (compare(added, saved) > 0 ? added : saved))
    }
    case 'and':
      return type.kind === 'boolean' ? (saved, added) => (saved === 1n && added === 1n ? 1n : 0n) : undefined
    case 'or':
      return type.kind === 'boolean' ? (saved, added) => (saved === 1n || added === 1n ? 1n : 0n) : undefined
    case 'bit_and':
    case 'bit_or':
    case 'bit_xor':
      return isInteger(type) ? BITS[rule] : undefined
    case 'first':
      return (saved) => saved
    case 'last':
      return (_, added) => added
    default:
      return rule satisfies never
  }
}

function isInteger({ kind }: DataType): boolean {
  return kind in INTEGER_BITS
}

const BITS = {
  bit_and: (saved: SqlValue, added: SqlValue): SqlValue => (saved as bigint) & (added as bigint),
  bit_or: (saved: SqlValue, added: SqlValue): SqlValue => (saved as bigint) | (added as bigint),
  bit_xor: (saved: SqlValue, added: SqlValue): SqlValue => (saved as bigint) ^ (added as bigint),
}

/** SQLite has no exclusive or. Integers of any size stay in their range. */
const BITS_IN_SQL = {
  bit_and: (saved: string, added: string) => `${saved} & ${added}`,
  bit_or: (saved: string, added: string) => `${saved} | ${added}`,
  bit_xor: (saved: string, added: string) => `(${saved} | ${added}) & ~(${saved} & ${added})`,
}

/**
 * The same in SQL: an expression of the saved and the added value. Undefined where SQLite cannot compute it exactly. A
 * result that cannot be stored is of a type that a STRICT table refuses.
 */
export function mergeInSql(rule: MergeRule, type: DataType): ((saved: string, added: string) => string) | undefined {
  switch (rule) {
    case 'sum':
      return sumInSql(type)
    case 'min':
    case 'max':
      // As text, decimals have another order.
      if (type.kind === 'decimal' || comparisonOf(type) === undefined) return undefined
      return (saved, added) => {
        const isBetter = `${added} ${rule === 'min' ? '<' : '>'} ${saved} COLLATE BINARY`
        return `CASE WHEN ${saved} IS NULL OR ${isBetter} THEN ${added} ELSE ${saved} END`
      }
    case 'and':
    case 'or':
      if (type.kind !== 'boolean') return undefined
      return (saved, added) => unlessNull(saved, added, `${saved} = 1 ${rule} ${added} = 1`)
    case 'bit_and':
    case 'bit_or':
    case 'bit_xor':
      if (!isInteger(type)) return undefined
      return (saved, added) => `coalesce(${BITS_IN_SQL[rule](saved, added)}, ${saved}, ${added})`
    case 'first':
      return (saved, added) => `ifnull(${saved}, ${added})`
    case 'last':
      return (saved, added) => `ifnull(${added}, ${saved})`
    default:
      return rule satisfies never
  }
}

/** SQLite makes a double of an integer that overflows, and NULL of NaN. */
function sumInSql({ kind }: DataType): ((saved: string, added: string) => string) | undefined {
  switch (kind) {
    case 'bigint':
      return (saved, added) => `coalesce(${saved} + ${added}, ${saved}, ${added})`
    case 'double':
      return (saved, added) => unlessNull(saved, added, `ifnull(${saved} + ${added}, 'NaN')`)
    default:
      return undefined
  }
}

/** NULL is the aggregate of no values. */
function unlessNull(saved: string, added: string, merged: string): string {
  return `CASE WHEN ${saved} IS NULL THEN ${added} WHEN ${added} IS NULL THEN ${saved} ELSE ${merged} END`
}

const INTEGER_BITS = { tinyint: 8, smallint: 16, int: 32, bigint: 64 } as const

function sumOf(type: DataType): Merge | undefined {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return (saved, added) => {
        const sum = (saved as bigint) + (added as bigint)
        if (sum !== BigInt.asIntN(INTEGER_BITS[type.kind], sum)) throw overflow(saved, added, type)
        return sum
      }
    case 'float':
    case 'double':
      return (saved, added) => {
        const sum = (saved as number) + (added as number)
        if (Number.isNaN(sum)) throw new Unstorable('E_NAN', `${saved} + ${added} is NaN, which SQLite cannot store`)
        return type.kind === 'float' ? Math.fround(sum) : sum
      }
    case 'decimal':
      return (saved, added) => {
        const sum = unscaled(saved, type.scale) + unscaled(added, type.scale)
        if (!fits(sum, type.precision)) throw overflow(saved, added, type)
        return decimalText(sum, type.scale)
      }
    default:
      return undefined
  }
}

function overflow(saved: SqlValue, added: SqlValue, type: DataType): Unstorable {
  return new Unstorable('E_OVERFLOW', `${saved} + ${added} does not fit ${typeName(type)}`)
}

/** Compares values as stored that are not NULL; undefined where the type has no order. */
export function comparisonOf(type: DataType): ((a: SqlValue, b: SqlValue) => number) | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
    case 'float':
    case 'double':
      return (a, b) => order(a as bigint | number, b as bigint | number)
    case 'decimal':
      return (a, b) => order(unscaled(a, type.scale), unscaled(b, type.scale))
    // By UTF-8 bytes, as Spark. The texts of dates, and those of timestamps, have one length.
    case 'string':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
      return (a, b) => Buffer.compare(Buffer.from(a as string), Buffer.from(b as string))
    case 'binary':
      return (a, b) => Buffer.compare(a as Uint8Array, b as Uint8Array)
    default:
      return undefined
  }
}

function order(a: bigint | number, b: bigint | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Parses the canonical text of a decimal. */
function unscaled(text: SqlValue, scale: number): bigint {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(String(text))
  if (match === null || (match[2] ?? '').length !== scale) {
    throw new Unstorable(
      'E_TABLE_VALUE',
      `${JSON.stringify(String(text))} is not a decimal with ${scale} decimal places`,
    )
  }
  return BigInt((match[1] ?? '') + (match[2] ?? ''))
}
