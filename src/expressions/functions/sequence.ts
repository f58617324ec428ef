// sequence(start, stop[, step]): numbers, dates or times at equal distances (Spark's `Sequence`).

import type { CalendarInterval, Value } from '../../column.ts'
import { type DataType, INT, typeName } from '../../types.ts'
import { MICROS_PER_DAY } from '../../values/calendar.ts'
import { boundedRequest } from '../../values/collection-limit.ts'
import { RowFault } from '../../values/row-fault.ts'
import { addInterval, splitDays } from '../../values/time-arithmetic.ts'
import { UTC, type Zone } from '../../values/zone.ts'
import { implicitCast, mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { isIntegral } from '../analysis/numeric.ts'
import { common, operand } from '../analysis/operand.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'

export function sequenceFunctions(): readonly Entry[] {
  return [['sequence', { least: 2, most: 3, analyse: sequence }]]
}

function sequence(call: Call, context: Context): Node {
  const [start, stop, step] = call.args.map((arg) => operand(arg, context)) as [Operand, Operand, Operand | undefined]
  const isOfNumbers = step === undefined || !isInterval(step.node.type)
  const ends = common([start, stop])
  const type = isOfNumbers && step !== undefined ? common([start, stop, step]) : ends
  if (isIntegral(type) && isOfNumbers) return ofNumbers([start, stop, ...(step ? [step] : [])], type, call, context)
  if (isTime(ends) && (step === undefined || isInterval(step.node.type)))
    return ofTimes(start, stop, step, ends, call, context)
  const types = [start, stop, ...(step ? [step] : [])].map(({ node }) => typeName(node.type)).join(' and ')
  throw mismatch(
    `sequence wants whole numbers, dates or timestamps, not ${types}`,
    call,
    'the step between times is an interval: `sequence(a, b, INTERVAL 1 HOUR)`',
  )
}

function isTime({ kind }: DataType): boolean {
  return kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz'
}

function isInterval({ kind }: DataType): boolean {
  return kind === 'interval' || kind === 'day_time_interval' || kind === 'year_month_interval'
}

function ofNumbers(operands: readonly Operand[], wanted: DataType, call: Call, context: Context): Node {
  const type = wanted.kind === 'void' ? INT : wanted
  const isBig = type.kind === 'bigint'
  const apply = (start: number | bigint, stop: number | bigint, step?: number | bigint): readonly Value[] => {
    const [from, to] = [BigInt(start), BigInt(stop)]
    const by = BigInt(step ?? (from <= to ? 1 : -1))
    const length = lengthOf(from, to, by)
    return isBig ? bigints(from, by, length) : numbers(Number(start), Number(by), length)
  }
  const nodes = operands.map(({ node, syntax }) => implicitCast(node, type, context, syntax))
  const scalar: Scalar = { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }
  return scalarNode(scalar, nodes, { kind: 'array', element: type })
}

function bigints(from: bigint, by: bigint, length: number): readonly bigint[] {
  const items: bigint[] = []
  for (let value = from; items.length < length; value += by) items.push(value)
  return items
}

function numbers(from: number, by: number, length: number): readonly number[] {
  const items: number[] = []
  for (let value = from; items.length < length; value += by) items.push(value)
  return items
}

/** How many there are; throws RowFault where the step leads away from the end. */
function lengthOf(from: bigint, to: bigint, by: bigint): number {
  if (by > 0n ? from > to : by < 0n ? from < to : from !== to) throw awayFrom(String(by))
  const distance = to - from
  return by === 0n || distance === 0n ? 1 : limited(distance / by + 1n)
}

function awayFrom(step: string): RowFault {
  return new RowFault('E_SEQUENCE', `a sequence by steps of ${step} does not come from its start to its end`)
}

function limited(count: bigint): number {
  return boundedRequest(Number(count))
}

function ofTimes(
  start: Operand,
  stop: Operand,
  step: Operand | undefined,
  type: DataType,
  call: Call,
  context: Context,
): Node {
  const zone = type.kind === 'timestamp' ? context.zone : UTC
  const stepOf = step === undefined ? undefined : intervalOf(step.node.type)
  const apply = (from: number, to: number, by?: Value): readonly Value[] => {
    const interval = by === undefined || stepOf === undefined ? oneDay(from <= to ? 1 : -1) : stepOf(by)
    if (type.kind !== 'date') return times(from, to, interval, zone)
    if (interval.months === 0 && interval.days === 0)
      throw new RowFault('E_SEQUENCE', 'the step of a sequence of dates is at least a day', '_LEGACY_ERROR_TEMP_3242')
    const micros = times(from * MICROS_PER_DAY, to * MICROS_PER_DAY, interval, zone)
    return micros.map((time) => Math.floor(time / MICROS_PER_DAY))
  }
  const nodes = [start, stop].map(({ node, syntax }) => implicitCast(node, type, context, syntax))
  const scalar: Scalar = { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }
  return scalarNode(scalar, step === undefined ? nodes : [...nodes, step.node], { kind: 'array', element: type })
}

function oneDay(sign: 1 | -1): CalendarInterval {
  return { months: 0, days: sign, microseconds: 0n }
}

function intervalOf({ kind }: DataType): (value: Value) => CalendarInterval {
  switch (kind) {
    case 'year_month_interval':
      return (months) => ({ months: months as number, days: 0, microseconds: 0n })
    case 'day_time_interval':
      return (micros) => splitDays(micros as bigint)
    default:
      return (interval) => interval as CalendarInterval
  }
}

const DAY = BigInt(MICROS_PER_DAY)
/** As Spark estimates it: months have at least so many days. */
const DAYS_OF_MONTH = 28n

/** Each time is the start plus a multiple of the step, so that a month's last day stays one. */
function times(from: number, to: number, { months, days, microseconds }: CalendarInterval, zone: Zone): number[] {
  const estimated = microseconds + BigInt(months) * DAYS_OF_MONTH * DAY + BigInt(days) * DAY
  const length = lengthOf(BigInt(from), BigInt(to), estimated)
  const items: number[] = []
  for (let i = 0; i <= length; i++) {
    const step = { months: months * i, days: days * i, microseconds: microseconds * BigInt(i) }
    const time = i === 0 ? from : addInterval(from, step, zone)
    if (!(estimated > 0n ? time <= to : time >= to) || (i > 0 && estimated === 0n)) break
    items.push(time)
  }
  return items
}
