// Times from texts and to texts: to_date, to_timestamp, unix_timestamp, date_format, from_unixtime.

import { BIGINT, DATE, type DataType, STRING, TIMESTAMP, TIMESTAMP_NTZ } from '../../types.ts'
import { MICROS_PER_DAY, MICROS_PER_SECOND } from '../../values/calendar.ts'
import { type LocalTime, momentOf } from '../../values/datetime-fields.ts'
import { datetimePrinter } from '../../values/datetime-print.ts'
import { datetimeReader } from '../../values/datetime-read.ts'
import { abbreviated } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { withinText } from '../../values/text-limit.ts'
import { batchTimeAs } from '../analysis/batch.ts'
import { explicitCast, lenientCast, mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { isNumeric } from '../analysis/numeric.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry, FunctionDefinition } from './definition.ts'
import { anyTimestamp, bigint, date, numeric, oneOf, type Parameter, text, timestamp } from './parameters.ts'
import { ofText, withinDates, withinYears } from './times-fault.ts'

export function timeTextFunctions(): readonly Entry[] {
  return [
    ['to_date', reading(DATE, false)],
    ['try_to_date', reading(DATE, true)],
    ['to_timestamp', reading(TIMESTAMP, false)],
    ['try_to_timestamp', reading(TIMESTAMP, true)],
    ['to_timestamp_ltz', reading(TIMESTAMP, false)],
    ['to_timestamp_ntz', reading(TIMESTAMP_NTZ, false)],
    ['unix_timestamp', { parameters: [textOrTime, text], optional: 2, resolve: unixTimestamp }],
    ['to_unix_timestamp', { parameters: [textOrTime, text], optional: 1, resolve: unixTimestamp }],
    ['date_format', { parameters: [timestamp, text], resolve: dateFormat }],
    ['from_unixtime', { parameters: [bigint, text], optional: 1, resolve: fromUnixtime }],
  ]
}

const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss'

/** A text or a time; what else is given is refused and not made a text. */
const textOrTime: Parameter = {
  wants: 'a text, date or timestamp',
  accepts(from) {
    if (from.kind === 'void' || from.kind === 'variant') return STRING
    return ['string', 'date', 'timestamp', 'timestamp_ntz'].includes(from.kind) ? from : undefined
  },
}

/** Without a pattern it is a cast, and so it is for what is no text. */
function reading(type: DataType, isTry: boolean): FunctionDefinition {
  const times = oneOf(text, date, anyTimestamp)
  const takesNumbers = type.kind === 'timestamp'
  return {
    parameters: [takesNumbers ? oneOf(text, date, anyTimestamp, numeric) : times, text],
    optional: 1,
    resolve(args, context, call) {
      const [value, pattern] = args as readonly [Node, Node?]
      if (value.type.kind === 'string' && pattern !== undefined)
        return { type, scalar: readScalar(pattern, type, isTry, context, call) }
      const node = isTry ? lenientCast(value, type, context) : explicitCast(value, type, context)
      if (pattern === undefined || node === undefined) return node ?? wrongType(value, type, call)
      if (isNumeric(value.type)) throw mismatch(`${call.name} reads no number by a pattern`, call)
      return scalarNode(
        { name: call.name, nulls: 'strict', total: true, apply: (known) => known },
        [node, pattern],
        type,
      )
    },
  }
}

function wrongType(value: Node, type: DataType, call: Call): never {
  throw mismatch(`${value.type.kind} cannot be cast to ${type.kind}`, call)
}

function readScalar(pattern: Node, type: DataType, isTry: boolean, { zone }: Context, call: Call): Scalar {
  const readerOf = ofText(pattern, call, datetimeReader)
  const result = (read: LocalTime): number => {
    if (type.kind === 'timestamp_ntz') return withinYears(read.days * MICROS_PER_DAY + read.ofDay)
    const isPlainDate = type.kind === 'date' && read.zone === undefined && read.offset === undefined
    if (isPlainDate) return withinDates(read.days)
    const micros = momentOf(read, zone)
    return type.kind === 'date' ? withinDates(Math.floor(zone.toLocal(micros) / MICROS_PER_DAY)) : withinYears(micros)
  }
  const apply = (value: string, format: string): number | null => {
    const read = readerOf(format)(value)
    if (read !== undefined) return result(read)
    if (isTry) return null
    throw unreadable(value, format)
  }
  return { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }
}

function unreadable(value: string, pattern: string): RowFault {
  const [written, format] = [value, pattern].map((part) => JSON.stringify(abbreviated(part)))
  return new RowFault('E_CAST', `${written} is no time of the pattern ${format}`, 'CANNOT_PARSE_TIMESTAMP')
}

/** Whole seconds since 1970-01-01T00:00Z, towards zero; without arguments, of the time of the batch. */
function unixTimestamp(args: readonly Node[], context: Context, call: Call) {
  const value = args[0] ?? batchTimeAs(TIMESTAMP, call, context)
  if (value.type.kind !== 'string') {
    const time = explicitCast(value, TIMESTAMP, context) as Node
    const nodes = args[1] === undefined ? [time] : [time, args[1]]
    return scalarNode(
      { name: call.name, nulls: 'strict', total: true, apply: toSeconds as Scalar['apply'] },
      nodes,
      BIGINT,
    )
  }
  const pattern: Node = args[1] ?? { kind: 'literal', value: DEFAULT_PATTERN, type: STRING }
  const { zone } = context
  const readerOf = ofText(pattern, call, datetimeReader)
  const apply = (written: string, format: string = DEFAULT_PATTERN) => {
    const read = readerOf(format)(written)
    if (read === undefined) throw unreadable(written, format)
    return toSeconds(withinYears(momentOf(read, zone)))
  }
  return {
    type: BIGINT,
    scalar: { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] } satisfies Scalar,
  }
}

function toSeconds(micros: number): bigint {
  return BigInt(Math.trunc(micros / MICROS_PER_SECOND))
}

function dateFormat([, pattern]: readonly Node[], { zone }: Context, call: Call) {
  const printerOf = ofText(pattern, call, (format) => datetimePrinter(format, zone))
  const apply = (micros: number, format: string) => withinText(() => printerOf(format)(micros))
  return {
    type: STRING,
    scalar: { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] } satisfies Scalar,
  }
}

function fromUnixtime([, pattern]: readonly Node[], { zone }: Context, call: Call) {
  const printerOf = ofText(pattern, call, (format) => datetimePrinter(format, zone))
  const apply = (seconds: bigint, format = DEFAULT_PATTERN) => {
    const micros = withinYears(Number(seconds) * MICROS_PER_SECOND, `${seconds} seconds`)
    return withinText(() => printerOf(format)(micros))
  }
  return {
    type: STRING,
    scalar: { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] } satisfies Scalar,
  }
}
