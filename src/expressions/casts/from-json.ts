// JSON values → declared types, as Spark's `from_json` reads them in FAILFAST mode.
//
// Stricter than a cast: which JSON types a type is read from is that of org.apache.spark.sql.catalyst.json.JacksonParser.

import { Tag, type Value, type Variant } from '../../column.ts'
import { type DataType, STRING, typeName, VARIANT } from '../../types.ts'
import { abbreviated } from '../../values/decimal.ts'
import { namesZone } from '../../values/parse-time.ts'
import { RowFault } from '../../values/row-fault.ts'
import { trimAll } from '../../values/trim.ts'
import { jsonTypeName, variantToString } from '../../values/variant-text.ts'
import { type Zone, zone } from '../../values/zone.ts'
import { bitsOf } from '../analysis/numeric.ts'
import type { Kernel, Scalar } from '../typed.ts'
import { converter } from './cast.ts'
import { castFault, rangeFault } from './fault.ts'
import { integerOf } from './from-string.ts'
import { castKernel } from './kernels.ts'
import { numberSpanReader, spanKernel, timeReader } from './span-kernel.ts'
import { variantNestedCast } from './variant-nested.ts'

type Convert = (value: Value) => Value

/** Undefined for a type that JSON cannot hold: a map with other keys than strings. */
export function fromJson(to: DataType, timeZone: string): Scalar | undefined {
  const within = zone(timeZone)
  return within && fromJsonIn(to, within)
}

/** The same in a zone that is known. */
export function fromJsonIn(to: DataType, within: Zone): Scalar | undefined {
  const apply = reader(to, within)
  if (apply === undefined) return undefined
  const scalar: Scalar = { name: `from_json to ${typeName(to)}`, nulls: 'strict', apply }
  const kernel = kernelFor(to, within, apply)
  return kernel === undefined ? scalar : { ...scalar, kernel }
}

function kernelFor(to: DataType, within: Zone, apply: Convert): Kernel | undefined {
  if (to.kind === 'string') return castKernel(VARIANT, to)
  // Of numbers only decimals are read from a JSON string, and of times only timestamps from a whole number.
  const text = to.kind === 'decimal' ? numberSpanReader(to, false) : timeReader(to, within, false)
  const number = numberSpanReader(to, false)
  return spanKernel(to, { text, number }, apply as Scalar['apply'])
}

function reader(to: DataType, within: Zone): Convert | undefined {
  switch (to.kind) {
    case 'variant':
      return (value) => value
    case 'string':
      return (value) => variantToString(value as Variant)
    case 'array':
    case 'map':
    case 'struct':
      return variantNestedCast(to, (part) => reader(part, within))
    default: {
      const fromText = textReader(to, within)
      const fromNumber = numberReader(to, within)
      const fromTruth: Convert | undefined = to.kind === 'boolean' ? (value) => value : undefined
      if (fromText === undefined && fromNumber === undefined && fromTruth === undefined) return undefined
      return (value) => scalarValue(value as Variant, to, { fromText, fromNumber, fromTruth })
    }
  }
}

interface Readers {
  readonly fromText: ((text: string) => Value) | undefined
  /** From the number's source text. */
  readonly fromNumber: ((text: string) => Value) | undefined
  readonly fromTruth: Convert | undefined
}

function scalarValue({ tag, text }: Variant, to: DataType, { fromText, fromNumber, fromTruth }: Readers): Value {
  switch (tag) {
    case Tag.STRING:
      if (fromText !== undefined) return fromText(text)
      break
    case Tag.NUMBER:
      if (fromNumber !== undefined) return fromNumber(text)
      break
    case Tag.TRUE:
    case Tag.FALSE:
      if (fromTruth !== undefined) return fromTruth(tag === Tag.TRUE)
  }
  throw new RowFault('E_CAST', `a JSON ${jsonTypeName(tag)} cannot be read as ${typeName(to)}`)
}

function textReader(to: DataType, within: Zone): ((text: string) => Value) | undefined {
  switch (to.kind) {
    case 'decimal':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz': {
      const convert = converter(VARIANT, to, within)
      if (convert === undefined) return undefined
      return (text) => {
        // Stricter than the casts, which cut white space off a number and a zone off a local time.
        const isLoose = to.kind === 'decimal' ? trimAll(text) !== text : to.kind === 'timestamp_ntz' && namesZone(text)
        if (isLoose) throw castFault(text, to)
        return convert({ tag: Tag.STRING, text })
      }
    }
    case 'year_month_interval':
    case 'day_time_interval':
    case 'interval':
      return converter(STRING, to, within)
    case 'float':
    case 'double':
      return (text) => {
        const value = NON_NUMBERS.get(text)
        if (value === undefined) throw castFault(text, to)
        return value
      }
    case 'binary':
      return (text) => {
        if (!BASE64.test(text))
          throw new RowFault('E_CAST', 'a JSON string that is not base64 cannot be read as binary')
        return new Uint8Array(Buffer.from(text, 'base64'))
      }
    default:
      return undefined
  }
}

/** With Spark's option `allowNonNumericNumbers`, which is on by default. */
const NON_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['+Infinity', Infinity],
  ['+INF', Infinity],
  ['-Infinity', -Infinity],
  ['-INF', -Infinity],
])

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function numberReader(to: DataType, within: Zone): ((text: string) => Value) | undefined {
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint': {
      const bits = bitsOf(to)
      return (text) => integer(text, to, bits)
    }
    case 'float':
      return (text) => Math.fround(Number(text))
    case 'double':
      return Number
    case 'decimal':
    case 'timestamp': {
      const convert = converter(VARIANT, to, within)
      if (convert === undefined) return undefined
      return (text) => {
        if (to.kind === 'timestamp' && !INTEGER.test(text)) throw notWhole(text, to)
        return convert({ tag: Tag.NUMBER, text })
      }
    }
    default:
      return undefined
  }
}

/** A JSON number without fraction and exponent: Jackson's VALUE_NUMBER_INT. */
const INTEGER = /^-?\d+$/

function notWhole(text: string, to: DataType): RowFault {
  return new RowFault('E_CAST', `${abbreviated(text)} is not a whole number and cannot be read as ${typeName(to)}`)
}

function integer(text: string, to: DataType, bits: number): Value {
  if (!INTEGER.test(text)) throw notWhole(text, to)
  const value = integerOf(text)
  if (value === undefined || value !== BigInt.asIntN(bits, value)) throw rangeFault(text, to)
  return bits === 64 ? value : Number(value)
}
