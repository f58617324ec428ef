// + - * / div where a date, a timestamp or an interval takes part (Spark's BinaryArithmeticWithDatetimeResolver).

import {
  BIGINT,
  DATE,
  type DataType,
  DOUBLE,
  dayTimeInterval,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  yearMonthInterval,
} from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { UTC } from '../../values/zone.ts'
import { INTERVAL_QUOTIENT, intervalNegation, intervalScaling, intervalSum } from '../runtime/interval-arithmetic.ts'
import { numberKernel } from '../runtime/number-kernel.ts'
import { DATE_DIFFERENCE, dateShift, timestampDifference, timestampShift } from '../runtime/time-arithmetic.ts'
import type { ArithmeticOperator } from '../syntax/tree.ts'
import { literal, type Node, type Scalar } from '../typed.ts'
import { commonType, explicitCast, implicitCast, scalarNode } from './coerce.ts'
import type { Context, Operand } from './context.ts'
import { isNumeric } from './numeric.ts'

const DAY = dayTimeInterval('day', 'day')
const DAY_TO_SECOND = dayTimeInterval('day', 'second')
const YEAR_TO_MONTH = yearMonthInterval('year', 'month')

/** Undefined where no operand is a date, a timestamp or an interval, or where there is no such operation. */
export function timeArithmetic(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  context: Context,
): Node | undefined {
  switch (operator) {
    case '+':
      return sum(left, right, context)
    case '-':
      return difference(left, right, context)
    case '*':
      if (isInterval(right.node.type)) return scaled('*', right, left, context)
      return isInterval(left.node.type) ? scaled('*', left, right, context) : undefined
    case '/':
      return isInterval(left.node.type) ? scaled('/', left, right, context) : undefined
    case 'div':
      return quotient(left, right, context)
    default:
      return undefined
  }
}

function sum(left: Operand, right: Operand, context: Context): Node | undefined {
  const [a, b] = [left.node.type, right.node.type]
  if (a.kind === 'void' && (isTimestamp(b) || b.kind === DATE.kind))
    return literal(null, b.kind === DATE.kind ? TIMESTAMP : b)
  if (b.kind === 'void' && (isTimestamp(a) || a.kind === DATE.kind)) return sum(right, left, context)
  const intervals = intervalsOf(1, left, right, context)
  if (intervals !== undefined) return intervals
  return shifted(1, left, right, context) ?? shifted(1, right, left, context)
}

function difference(left: Operand, right: Operand, context: Context): Node | undefined {
  const [a, b] = [left.node.type, right.node.type]
  return (
    intervalsOf(-1, left, right, context) ?? between(left, right, a, b, context) ?? shifted(-1, left, right, context)
  )
}

/** The time between two; a string, a variant or NULL beside a date or timestamp is read as one. */
function between(end: Operand, start: Operand, a: DataType, b: DataType, context: Context): Node | undefined {
  const type =
    isTime(a) && isTime(b) ? commonType(a, b) : isTime(a) && isRead(b) ? a : isTime(b) && isRead(a) ? b : null
  if (type === null || type === undefined) return undefined
  const args = [
    implicitCast(end.node, type, context, end.syntax),
    implicitCast(start.node, type, context, start.syntax),
  ]
  if (type.kind === DATE.kind) return scalarNode(DATE_DIFFERENCE, args, DAY)
  return scalarNode(timestampDifference(zoneOf(type, context)), args, DAY_TO_SECOND)
}

function isRead({ kind }: DataType): boolean {
  return kind === 'string' || kind === 'variant' || kind === 'void'
}

/** Both as intervals of one type; a NULL beside an interval is one too. */
function intervalsOf(sign: 1 | -1, left: Operand, right: Operand, context: Context): Node | undefined {
  const type = commonInterval(left.node.type, right.node.type)
  if (type === undefined) return undefined
  const args = [left, right].map(({ node, syntax }) => implicitCast(node, type, context, syntax))
  return scalarNode(intervalSum(sign, type), args, type)
}

function commonInterval(a: DataType, b: DataType): DataType | undefined {
  const areIntervals = (isInterval(a) || a.kind === 'void') && (isInterval(b) || b.kind === 'void')
  return areIntervals && (isInterval(a) || isInterval(b)) ? commonType(a, b) : undefined
}

/** A date, a timestamp or a string, and what is added to it or taken from it. */
function shifted(sign: 1 | -1, time: Operand, by: Operand, context: Context): Node | undefined {
  const [type, interval] = [time.node.type, by.node.type]
  if (type.kind === DATE.kind) return shiftedDate(sign, time, by, context)
  if (!isInterval(interval)) return undefined
  if (isTimestamp(type)) return shiftedTimestamp(sign, time.node, by.node, context)
  if (type.kind !== 'string' || interval.kind === 'year_month_interval') return undefined
  const read = implicitCast(time.node, TIMESTAMP, context, time.syntax)
  return explicitCast(shiftedTimestamp(sign, read, by.node, context), type, context)
}

function shiftedDate(sign: 1 | -1, date: Operand, by: Operand, context: Context): Node | undefined {
  const { type } = by.node
  if (isDays(type)) return daysAfter(sign, date.node, implicitCast(by.node, { kind: 'int' }, context, by.syntax))
  if (!isInterval(type)) return undefined
  // What has hours makes a timestamp of the date.
  if (type.kind === 'day_time_interval' && type.to !== 'day')
    return shiftedTimestamp(sign, implicitCast(date.node, TIMESTAMP, context, date.syntax), by.node, context)
  return scalarNode(dateShift(sign, type), [date.node, by.node], DATE)
}

function shiftedTimestamp(sign: 1 | -1, time: Node, by: Node, context: Context): Node {
  const zone = zoneOf(time.type, context)
  return scalarNode(timestampShift(sign, time.type, by.type, zone), [time, by], time.type)
}

function zoneOf(type: DataType, context: Context) {
  return type.kind === TIMESTAMP_NTZ.kind ? UTC : context.zone
}

function daysAfter(sign: 1 | -1, date: Node, days: Node): Node {
  const shift = (day: number, by: number): number => {
    const result = day + sign * by
    return result === (result | 0) ? result : Number.NaN
  }
  const scalar: Scalar = {
    name: 'date',
    nulls: 'strict',
    apply(day, by) {
      const result = shift(day as number, by as number)
      if (Number.isNaN(result)) throw new RowFault('E_OVERFLOW', 'the result is out of range for date')
      return result
    },
    kernel: (args, frame, selection) => numberKernel(shift, DATE, args, frame, selection),
  }
  return scalarNode(scalar, [date, days], DATE)
}

/** An interval times or by a number, which a string, a variant or NULL is read as. */
function scaled(operator: '*' | '/', interval: Operand, factor: Operand, context: Context): Node | undefined {
  const { type } = interval.node
  const other = factor.node.type
  if (!isNumeric(other) && !isRead(other)) return undefined
  const number = isNumeric(other) && type.kind !== 'interval' ? other : DOUBLE
  const args = [interval.node, implicitCast(factor.node, number, context, factor.syntax)]
  const result = type.kind === 'interval' ? type : type.kind === 'year_month_interval' ? YEAR_TO_MONTH : DAY_TO_SECOND
  return scalarNode(intervalScaling(operator, result, number), args, result)
}

function quotient(left: Operand, right: Operand, context: Context): Node | undefined {
  const type = commonInterval(left.node.type, right.node.type)
  if (type === undefined || type.kind === 'interval') return undefined
  const args = [left, right].map(({ node, syntax }) => implicitCast(node, type, context, syntax))
  return scalarNode(INTERVAL_QUOTIENT, args, BIGINT)
}

/** `-i`; undefined where the operand is no interval. */
export function negatedInterval({ node }: Operand): Node | undefined {
  return isInterval(node.type) ? scalarNode(intervalNegation(node.type), [node], node.type) : undefined
}

export function isInterval({ kind }: DataType): boolean {
  return kind === 'interval' || kind === 'year_month_interval' || kind === 'day_time_interval'
}

function isTimestamp({ kind }: DataType): boolean {
  return kind === TIMESTAMP.kind || kind === TIMESTAMP_NTZ.kind
}

function isTime(type: DataType): boolean {
  return type.kind === DATE.kind || isTimestamp(type)
}

function isDays({ kind }: DataType): boolean {
  return kind === 'tinyint' || kind === 'smallint' || kind === 'int'
}
