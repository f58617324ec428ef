// Spark's DDL: `decimal(10,2)`, `array<struct<city: string>>`, `type string, amount double`.

import {
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  dayTimeInterval,
  type Field,
  FLOAT,
  INT,
  INTERVAL,
  type Schema,
  SMALLINT,
  STRING,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  TINYINT,
  VARIANT,
  VOID,
  yearMonthInterval,
} from '../../types.ts'
import { didYouMean } from '../../words.ts'
import { ExpressionError } from '../error.ts'
import { notYet } from './explain.ts'
import { Tokens } from './tokens.ts'
import type { IntervalField, Span } from './tree.ts'
import { intervalField, isYearMonth, RANGES_HINT, rangesFrom } from './units.ts'

const SIMPLE: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['boolean', BOOLEAN],
  ['tinyint', TINYINT],
  ['byte', TINYINT],
  ['smallint', SMALLINT],
  ['short', SMALLINT],
  ['int', INT],
  ['integer', INT],
  ['bigint', BIGINT],
  ['long', BIGINT],
  ['float', FLOAT],
  ['real', FLOAT],
  ['double', DOUBLE],
  ['string', STRING],
  ['binary', BINARY],
  ['date', DATE],
  ['timestamp', TIMESTAMP],
  ['timestamp_ltz', TIMESTAMP],
  ['timestamp_ntz', TIMESTAMP_NTZ],
  ['variant', VARIANT],
  ['void', VOID],
])
const PARAMETERISED = [
  'decimal',
  'dec',
  'numeric',
  'char',
  'character',
  'varchar',
  'interval',
  'array',
  'map',
  'struct',
]

/** A schema as `name type, name type`; an ExpressionError says where it is wrong. */
export function parseSchema(source: string): Schema {
  const tokens = new Tokens(source)
  const fields = fieldList(tokens, () => tokens.peek().kind === 'end')
  tokens.expectEnd()
  return fields
}

/** A type by itself; the fields of a struct may stand without the word, as in a schema. */
export function parseDataType(source: string): DataType {
  const tokens = new Tokens(source)
  const type = soleType(tokens)
  return type ?? { kind: 'struct', fields: parseSchema(source) }
}

/** Undefined where more follows, or no type begins: `name type, …`. */
function soleType(tokens: Tokens): DataType | undefined {
  try {
    const type = parseType(tokens)
    tokens.expectEnd()
    return type
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

export function parseType(tokens: Tokens): DataType {
  return tokens.nested(() => {
    const at = tokens.peek()
    const name = tokens.name('a type').toLowerCase()
    const simple = SIMPLE.get(name)
    if (name === 'timestamp' && tokens.takeWord('WITHOUT')) return withoutZone(tokens)
    if (simple !== undefined) return simple
    switch (name) {
      case 'decimal':
      case 'dec':
      case 'numeric':
        return decimalType(tokens, at)
      case 'char':
      case 'character':
      case 'varchar':
        return lengthType(tokens, name)
      case 'interval':
        return intervalType(tokens)
      case 'array':
        return bracketed(tokens, () => ({ kind: 'array', element: parseType(tokens) }))
      case 'map':
        return bracketed(tokens, () => {
          const key = parseType(tokens)
          tokens.expectSymbol(',')
          return { kind: 'map', key, value: parseType(tokens) }
        })
      case 'struct':
        if (tokens.takeSymbol('<>')) return { kind: 'struct', fields: [] }
        return bracketed(tokens, () => ({ kind: 'struct', fields: fieldList(tokens, () => tokens.isSymbol('>')) }))
      default:
        throw unknownType(name, at)
    }
  })
}

/** Spark's types that sprk has not, and what may stand in their place. */
const NOT_YET_TYPES: ReadonlyMap<string, string | undefined> = new Map([
  ['time', undefined],
  ['geometry', undefined],
  ['geography', undefined],
])

/** What databases and languages call Spark's types. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    string: 'text str nvarchar uuid',
    'decimal(18,2)` or `double': 'number money',
    bigint: 'int64 int8 unsigned',
    int: 'int32 int4',
    double: 'float64 float8',
    float: 'float32 float4',
    timestamp: 'datetime timestamptz instant',
    binary: 'bytes bytea blob varbinary',
    variant: 'json jsonb object any',
    'array<string>': 'list',
  }).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
)

function unknownType(name: string, at: Span): ExpressionError {
  if (NOT_YET_TYPES.has(name)) return notYet(`the type ${name}`, at, NOT_YET_TYPES.get(name))
  const other = OTHER_NAMES.get(name)
  const near = didYouMean(name, [...SIMPLE.keys(), ...PARAMETERISED])
  const hint = other === undefined ? near && `did you mean ${near}?` : `write \`${other}\``
  return new ExpressionError('E_TYPE', `unknown type ${name}`, at, hint)
}

function bracketed(tokens: Tokens, parse: () => DataType): DataType {
  tokens.expectSymbol('<')
  const type = parse()
  tokens.expectSymbol('>')
  return type
}

function decimalType(tokens: Tokens, at: Span): DataType {
  let precision = 10
  let scale = 0
  if (tokens.takeSymbol('(')) {
    precision = wholeNumber(tokens)
    if (tokens.takeSymbol(',')) scale = wholeNumber(tokens)
    tokens.expectSymbol(')')
  }
  if (precision < 1 || precision > 38 || scale > precision)
    throw new ExpressionError(
      'E_TYPE',
      `decimal(${precision},${scale}) is out of range`,
      { start: at.start, end: tokens.end },
      'precision is 1 to 38, scale 0 to the precision',
    )
  return { kind: 'decimal', precision, scale }
}

/** Spark's casts to char(n) and varchar(n) give the whole string. */
function lengthType(tokens: Tokens, name: string): DataType {
  if (!tokens.isSymbol('(')) {
    const hint = `write \`${name}(10)\`, or \`string\`: the length is not checked`
    throw new ExpressionError('E_TYPE', `${name} wants a length`, tokens.peek(), hint)
  }
  tokens.expectSymbol('(')
  wholeNumber(tokens)
  tokens.expectSymbol(')')
  return STRING
}

/** `interval`, `interval day`, `interval day to second`. */
function intervalType(tokens: Tokens): DataType {
  const at = tokens.peek()
  const from = takeField(tokens)
  if (from === undefined) return INTERVAL
  if (!tokens.takeWord('TO')) return isYearMonth(from) ? yearMonthInterval(from, from) : dayTimeInterval(from, from)
  const to = takeField(tokens)
  if (to === undefined) throw tokens.unexpected('a field such as SECOND')
  if (from === 'year' && to === 'month') return yearMonthInterval(from, to)
  if (isYearMonth(from) || isYearMonth(to) || !rangesFrom(from).includes(to))
    throw new ExpressionError(
      'E_TYPE',
      `an interval has no range from ${from} to ${to}`,
      { start: at.start, end: tokens.end },
      RANGES_HINT,
    )
  return dayTimeInterval(from, to)
}

/** `timestamp without time zone`. */
function withoutZone(tokens: Tokens): DataType {
  tokens.expectWord('TIME')
  tokens.expectWord('ZONE')
  return TIMESTAMP_NTZ
}

function takeField(tokens: Tokens): IntervalField | undefined {
  const token = tokens.peek()
  const field = token.kind === 'word' ? intervalField(token.text) : undefined
  if (field !== undefined) tokens.next()
  return field
}

function wholeNumber(tokens: Tokens): number {
  const token = tokens.peek()
  if (token.kind !== 'number' || !/^\d{1,9}$/.test(token.text)) throw tokens.unexpected('a whole number')
  tokens.next()
  return Number(token.text)
}

/** Spark takes it and, in the schema of what it reads, leaves it unchecked. */
function refuseNotNull(tokens: Tokens): void {
  const at = tokens.peek()
  if (!tokens.takeWord('NOT')) return
  tokens.expectWord('NULL')
  const hint = 'leave it out; a filter such as `x IS NOT NULL` keeps the others'
  throw new ExpressionError(
    'E_TYPE',
    'NOT NULL is not checked: every field may be NULL',
    { start: at.start, end: tokens.end },
    hint,
  )
}

/** `COMMENT 'text'` is for people. */
function skipComment(tokens: Tokens): void {
  if (!tokens.takeWord('COMMENT')) return
  if (tokens.peek().kind !== 'string') throw tokens.unexpected('a string')
  tokens.next()
}

function fieldList(tokens: Tokens, atEnd: () => boolean): Field[] {
  const fields: Field[] = []
  if (atEnd()) return fields
  do {
    const at = tokens.peek()
    const name = tokens.name('a field name')
    tokens.takeSymbol(':')
    const type = parseType(tokens)
    refuseNotNull(tokens)
    skipComment(tokens)
    if (fields.some((field) => field.name === name))
      throw new ExpressionError('E_TYPE', `the field ${name} is declared twice`, at)
    fields.push({ name, type })
  } while (tokens.takeSymbol(','))
  return fields
}
