// The parts of dates and times: year(d), hour(t), EXTRACT(WEEK FROM d).

import { DATE, type DataType, DOUBLE, INT, STRING, typeName } from '../../types.ts'
import { civilFromDays, MICROS_PER_DAY, MICROS_PER_SECOND } from '../../values/calendar.ts'
import { dayOfYear, isoWeek, isoWeekYear, lastDayOfMonth, quarterOf, weekday } from '../../values/date-fields.ts'
import { MONTH_NAMES, WEEKDAY_NAMES } from '../../values/time-names.ts'
import { UTC, type Zone } from '../../values/zone.ts'
import { castArgument } from '../analysis/argument.ts'
import { scalarNode } from '../analysis/coerce.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import type { Span } from '../syntax/tree.ts'
import { literal, type Node, type Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'
import { anyTimestamp, date, type Parameter } from './parameters.ts'
import { withinDates } from './times-fault.ts'
import { INTERVAL_UNITS, intervalPart } from './times-intervals.ts'
import { clockKernel, dateKernel } from './times-kernels.ts'

/** A part of a date or of a time. */
interface Part {
  readonly parameter: Parameter
  readonly type: DataType
  /** `zone`: where the clocks stand that a moment is read from. */
  scalar(zone: Zone): Scalar
}

const year = ofDate('year', (days) => civilFromDays(days).year)
const quarter = ofDate('quarter', (days) => quarterOf(civilFromDays(days).month))
const month = ofDate('month', (days) => civilFromDays(days).month)
const week = ofDate('weekofyear', isoWeek)
const day = ofDate('day', (days) => civilFromDays(days).day)
const ofYear = ofDate('dayofyear', dayOfYear)
/** From 1, which is Sunday. */
const ofWeek = ofDate('dayofweek', (days) => ((weekday(days) + 1) % 7) + 1)
const hour = ofClock('hour', 3600 * MICROS_PER_SECOND, 24)
const minute = ofClock('minute', 60 * MICROS_PER_SECOND, 60)
const second = ofClock('second', MICROS_PER_SECOND, 60)

export function fieldFunctions(): readonly Entry[] {
  return [
    entry('year', year),
    entry('quarter', quarter),
    entry('month', month),
    entry('weekofyear', week),
    entry('day', day),
    entry('dayofmonth', day),
    entry('dayofyear', ofYear),
    entry('dayofweek', ofWeek),
    entry('weekday', ofDate('weekday', weekday)),
    entry('hour', hour),
    entry('minute', minute),
    entry('second', second),
    entry(
      'dayname',
      nameOf('dayname', (days) => WEEKDAY_NAMES[weekday(days)] as string),
    ),
    entry(
      'monthname',
      nameOf('monthname', (days) => MONTH_NAMES[civilFromDays(days).month - 1] as string),
    ),
    entry('last_day', lastDay),
    ...['date_part', 'datepart', 'extract'].map((name): Entry => [name, { least: 2, most: 2, analyse: extract }]),
  ]
}

function entry(name: string, { parameter, type, scalar }: Part): Entry {
  const resolve = ([source]: readonly Node[], context: Context) => ({ type, scalar: scalar(clocks(source, context)) })
  return [name, { parameters: [parameter], resolve }]
}

/** A timestamp without time zone is read as it stands. */
function clocks(source: Node | undefined, { zone }: Context): Zone {
  return source?.type.kind === 'timestamp_ntz' ? UTC : zone
}

function ofDate(name: string, field: (days: number) => number): Part {
  const apply = field as Scalar['apply']
  const scalar: Scalar = { name, nulls: 'strict', total: true, apply, kernel: dateKernel(INT, field) }
  return { parameter: date, type: INT, scalar: () => scalar }
}

function ofClock(name: string, step: number, modulus: number): Part {
  const scalar = (zone: Zone): Scalar => ({
    name,
    nulls: 'strict',
    total: true,
    apply(micros) {
      const steps = Math.floor(zone.toLocal(micros as number) / step)
      return steps - Math.floor(steps / modulus) * modulus
    },
    kernel: clockKernel(zone, step, modulus),
  })
  return { parameter: anyTimestamp, type: INT, scalar }
}

/** Three letters, in English. */
function nameOf(name: string, text: (days: number) => string): Part {
  const apply = ((days: number) => text(days).slice(0, 3)) as Scalar['apply']
  return { parameter: date, type: STRING, scalar: () => ({ name, nulls: 'strict', total: true, apply }) }
}

const lastDay: Part = {
  parameter: date,
  type: DATE,
  scalar: () => ({ name: 'last_day', nulls: 'strict', apply: (days) => withinDates(lastDayOfMonth(days as number)) }),
}

const yearOfWeek = ofDate('yearofweek', isoWeekYear)
const isoDay = ofDate('dayofweek_iso', (days) => weekday(days) + 1)

/** With the microseconds, unlike second(t). */
const secondWithFraction: Part = {
  parameter: anyTimestamp,
  type: { kind: 'decimal', precision: 8, scale: 6 },
  scalar: (zone) => ({
    name: 'second',
    nulls: 'strict',
    total: true,
    apply(micros) {
      const local = zone.toLocal(micros as number)
      const ofDay = local - Math.floor(local / MICROS_PER_DAY) * MICROS_PER_DAY
      return BigInt(ofDay % (60 * MICROS_PER_SECOND))
    },
  }),
}

/** The names of parts in EXTRACT (`DatePart.parseExtractField`). */
const PARTS: readonly (readonly [names: string, part: Part])[] = [
  ['YEAR Y YEARS YR YRS', year],
  ['YEAROFWEEK', yearOfWeek],
  ['QUARTER QTR', quarter],
  ['MONTH MON MONS MONTHS', month],
  ['WEEK W WEEKS', week],
  ['DAY D DAYS', day],
  ['DAYOFWEEK DOW', ofWeek],
  ['DAYOFWEEK_ISO DOW_ISO', isoDay],
  ['DOY', ofYear],
  ['HOUR H HOURS HR HRS', hour],
  ['MINUTE M MIN MINS MINUTES', minute],
  ['SECOND S SEC SECONDS SECS', secondWithFraction],
]

function extract(call: Call, context: Context): Node {
  const [field, source] = call.args.map((arg) => operand(arg, context))
  if (field === undefined || source === undefined) throw new Error('the number of arguments was checked')
  if (field.node.kind !== 'literal')
    throw fieldMistake(`${call.name} wants a literal for the field`, field.syntax, 'NON_FOLDABLE_ARGUMENT')
  const name = field.node.value
  if (name === null) return literal(null, DOUBLE)
  const [names = '', part] = PARTS.find(([known]) => known.split(' ').includes(String(name).toUpperCase())) ?? []
  if (isInterval(source.node.type)) return ofInterval(names, source, call)
  if (part === undefined)
    throw fieldMistake(`${String(name)} is no field of a date or time`, field.syntax, 'INVALID_EXTRACT_FIELD')
  const node = castArgument(source, part.parameter, context, call.name)
  return scalarNode(part.scalar(clocks(node, context)), [node], part.type)
}

function isInterval({ kind }: DataType): boolean {
  return kind === 'interval' || kind === 'year_month_interval' || kind === 'day_time_interval'
}

function ofInterval(names: string, { node, syntax }: Operand, call: Call): Node {
  const unit = INTERVAL_UNITS.find((known) => names.startsWith(`${known.toUpperCase()} `))
  const part = unit && intervalPart(unit, node.type)
  if (part === undefined)
    throw fieldMistake(`${typeName(node.type)} has no such field`, syntax, 'INVALID_EXTRACT_FIELD')
  return scalarNode({ name: call.name, nulls: 'strict', total: true, apply: part.apply }, [node], part.type)
}

function fieldMistake(message: string, at: Span, condition: string): ExpressionError {
  const hint = `the fields are ${PARTS.map(([names]) => names.replace(/ .*/, '')).join(', ')}`
  return new ExpressionError('E_TYPE', message, at, hint, condition)
}
