// from_csv and to_csv: one line of CSV and a struct.

import type { Value } from '../../column.ts'
import { type DataType, STRING, typeName } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { renderer } from '../../values/to-string.ts'
import type { Zone } from '../../values/zone.ts'
import { argument } from '../analysis/argument.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { converter } from '../casts/cast.ts'
import { csvFields, csvLine } from '../runtime/csv-text.ts'
import { isoText } from '../runtime/json-write.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'
import { modeOf, optionsOf } from './json-typed.ts'
import { exactText } from './parameters.ts'
import { typeOf } from './variant.ts'

type StructType = Extract<DataType, { kind: 'struct' }>

export function csvFunctions(): readonly Entry[] {
  return [
    ['from_csv', { least: 2, most: 3, analyse: fromCsv }],
    ['to_csv', { least: 1, most: 2, analyse: toCsv }],
  ]
}

const CORRUPT = '_corrupt_record'

/** from_csv(line, schema[, options]). */
function fromCsv(call: Call, context: Context): Node {
  const [first, second, third] = call.args as [Syntax, Syntax, Syntax | undefined]
  const line = argument(first, exactText, context, call.name)
  const type = typeOf(second, call, context)
  if (type.kind !== 'struct') throw mismatch(`from_csv reads a struct, and this is ${typeName(type)}`, second)
  const options = optionsOf(third, ['mode', 'sep', 'delimiter'], call, context)
  const isStrict = modeOf(options, third ?? call) === 'FAILFAST'
  const reads = type.fields.map((field) => fieldReader(field.type, second, context.zone))
  const separator = separatorOf(options, third ?? call)
  const apply = (text: string) => readLine(text, csvFields(text, separator), type, reads, isStrict)
  return scalarNode({ name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }, [line], type)
}

type ReadField = (text: string) => Value

function fieldReader(type: DataType, at: Syntax, zone: Zone): ReadField {
  if (type.kind === 'string') return (text) => text
  const read = converter(STRING, type, zone)
  if (read === undefined || type.kind === 'binary') throw mismatch(`CSV has no ${typeName(type)}`, at)
  return (text) => {
    // No type but a string takes blanks.
    if (text.trim() !== text) throw new RowFault('E_CAST', `a field with blanks around it is no ${typeName(type)}`)
    return read(text)
  }
}

/** What cannot be read is NULL, and so is a field that the line lacks; more fields are left aside. */
function readLine(
  text: string,
  parts: readonly (string | undefined)[],
  { fields }: StructType,
  reads: readonly ReadField[],
  isStrict: boolean,
): Value {
  const data = fields.flatMap(({ name }, i) => (name === CORRUPT ? [] : [i]))
  const values: Value[] = fields.map(() => null)
  let isCorrupt = parts.length !== data.length
  for (const [place, i] of data.entries()) {
    const part = parts[place]
    try {
      values[i] = part === undefined ? null : (reads[i]?.(part) ?? null)
    } catch (fault) {
      if (!(fault instanceof RowFault)) throw fault
      isCorrupt = true
    }
  }
  if (isCorrupt && isStrict)
    throw new RowFault(
      'E_CAST',
      'the line of CSV cannot be read by its schema',
      'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION',
    )
  return isCorrupt ? values.map((value, i) => (fields[i]?.name === CORRUPT ? text : value)) : values
}

function separatorOf(options: ReadonlyMap<string, string>, at: Syntax): string {
  const separator = options.get('sep') ?? options.get('delimiter') ?? ','
  if (separator === '' || separator === '"' || separator === '\\')
    throw mismatch('the separator is a text that is neither empty nor a quote nor a backslash', at)
  return separator
}

/** to_csv(struct[, options]). */
function toCsv(call: Call, context: Context): Node {
  const [first, second] = call.args as [Syntax, Syntax | undefined]
  const { node } = operand(first, context)
  const { type } = node
  if (type.kind !== 'struct') throw mismatch(`to_csv writes a struct, and this is ${typeName(type)}`, first)
  const separator = separatorOf(optionsOf(second, ['sep', 'delimiter'], call, context), second ?? call)
  const writes = type.fields.map((field) => fieldWriter(field.type, context.zone))
  const apply = (values: readonly Value[]): Value => {
    // As in Spark: a line of one field that is NULL is none.
    if (values.length === 1 && values[0] === null) return null
    return csvLine(
      values.map((value, i) => (value === null ? null : (writes[i]?.(value) ?? null))),
      separator,
    )
  }
  return scalarNode({ name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }, [node], STRING)
}

function fieldWriter(type: DataType, zone: Zone): (value: Value) => string {
  switch (type.kind) {
    case 'timestamp':
      return (value) => isoText(value as number, zone)
    case 'timestamp_ntz':
      return (value) => isoText(value as number, undefined)
    default:
      return renderer(type, zone)
  }
}
