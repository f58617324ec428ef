// Variants → typed values. A variant's number keeps its source text, so casts to bigint and decimal are exact.

import { Tag, type Value, type Variant } from '../../column.ts'
import { type DataType, typeName } from '../../types.ts'
import { checked, parseDecimal, rescale, truncateScale } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { jsonTypeName, variantToString } from '../../values/variant-text.ts'
import { bitsOf } from '../analysis/numeric.ts'
import { rangeFault, timeFault } from './fault.ts'

type Convert = (value: Value) => Value

/** Scalars cast as their JSON type does, by the casts of strings and booleans handed in; an object or array only to a string. */
export function variantCast(
  to: DataType,
  fromText: Convert | undefined,
  fromTruth: Convert | undefined,
): Convert | undefined {
  if (to.kind === 'string') return (value) => variantToString(value as Variant)
  const fromNumber = numberCast(to)
  if (fromText === undefined) return undefined
  return (value) => {
    const { tag, text } = value as Variant
    switch (tag) {
      case Tag.STRING:
        return fromText(text)
      case Tag.NUMBER:
        if (fromNumber !== undefined) return fromNumber(text)
        break
      case Tag.TRUE:
      case Tag.FALSE:
        if (fromTruth !== undefined) return fromTruth(tag === Tag.TRUE)
    }
    throw new RowFault('E_CAST', `a JSON ${jsonTypeName(tag)} cannot be cast to ${typeName(to)}`)
  }
}

function numberCast(to: DataType): ((text: string) => Value) | undefined {
  switch (to.kind) {
    case 'double':
      return Number
    case 'float':
      return (text) => Math.fround(Number(text))
    case 'decimal':
      return (text) => {
        const { unscaled, scale } = parseNumber(text)
        return checked(rescale(unscaled, scale, to.scale), to.precision, to.scale, text)
      }
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint': {
      const bits = bitsOf(to)
      return (text) => {
        const { unscaled, scale } = parseNumber(text)
        const whole = unscaled / 10n ** BigInt(scale)
        if (whole !== BigInt.asIntN(bits, whole)) throw rangeFault(text, to)
        return to.kind === 'bigint' ? whole : Number(whole)
      }
    }
    case 'boolean':
      return (text) => Number(text) !== 0
    case 'timestamp':
      return (text) => {
        // Seconds since 1970-01-01T00:00Z.
        const { unscaled, scale } = parseNumber(text)
        const micros = Number(truncateScale(unscaled, scale, 6))
        if (!Number.isSafeInteger(micros)) throw timeFault(text, to)
        return micros
      }
    default:
      return undefined
  }
}

function parseNumber(text: string) {
  const parsed = parseDecimal(text)
  if (parsed === undefined) throw new Error('a variant of the tag NUMBER is no JSON number')
  return parsed
}
