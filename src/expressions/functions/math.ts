// Mathematical functions of doubles, as java.lang.Math has them; those whose argument is outside of their domain give NaN,
// logarithms NULL (Spark's mathExpressions.scala).

import type { Value } from '../../column.ts'
import { BIGINT, DOUBLE, STRING } from '../../types.ts'
import { mapNumbers } from '../runtime/number-kernel.ts'
import { literal, type Scalar } from '../typed.ts'
import { type Entry, named, strict } from './definition.ts'
import { ansiInterval, bigint, double, int, oneOf } from './parameters.ts'

type OfDouble = (x: number) => number

const OF_ONE: Readonly<Record<string, OfDouble>> = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  cos: Math.cos,
  cosh: Math.cosh,
  cot: (x) => 1 / Math.tan(x),
  csc: (x) => 1 / Math.sin(x),
  degrees: (x) => x * (180 / Math.PI),
  exp: Math.exp,
  expm1: Math.expm1,
  radians: (x) => x * (Math.PI / 180),
  rint: nearestEven,
  sec: (x) => 1 / Math.cos(x),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
}

export function mathFunctions(): readonly Entry[] {
  return [
    ...Object.entries(OF_ONE).map(([name, apply]) => ofDouble(name, apply)),
    ...named(
      ['sign', 'signum'],
      strict('sign', [MAGNITUDE], DOUBLE, (x: number | bigint) => Math.sign(Number(x))),
    ),
    logarithm('ln', Math.log),
    logarithm('log10', Math.log10),
    logarithm('log2', Math.log2),
    logarithm('log1p', Math.log1p, -1),
    strict('log', [double, double], DOUBLE, log, 1),
    // + 0 makes 0 of -0, which atan2 would take for a direction.
    strict('atan2', [double, double], DOUBLE, (y: number, x: number) => Math.atan2(y + 0, x + 0)),
    strict('hypot', [double, double], DOUBLE, (x: number, y: number) => Math.hypot(x, y)),
    ...named(
      ['pow', 'power'],
      strict('pow', [double, double], DOUBLE, (x: number, y: number) => x ** y),
    ),
    ['e', constant(Math.E)],
    ['pi', constant(Math.PI)],
    strict('factorial', [int], BIGINT, factorial),
    strict('width_bucket', [MAGNITUDE, MAGNITUDE, MAGNITUDE, bigint], BIGINT, widthBucket),
    strict('bin', [bigint], STRING, (value: bigint) => BigInt.asUintN(64, value).toString(2)),
  ]
}

/** Intervals count in months or microseconds. */
const MAGNITUDE = oneOf(double, ansiInterval)

function ofDouble(name: string, apply: OfDouble): Entry {
  const scalar: Scalar = {
    name,
    nulls: 'strict',
    total: true,
    apply: apply as Scalar['apply'],
    kernel: ([column], frame, selection) => column && mapNumbers(apply, DOUBLE, column, frame, selection),
  }
  return [name, { parameters: [double], resolve: () => ({ type: DOUBLE, scalar }) }]
}

/** NULL at and below the asymptote. */
function logarithm(name: string, apply: OfDouble, asymptote = 0): Entry {
  return strict(name, [double], DOUBLE, (x: number) => (x <= asymptote ? null : apply(x)))
}

/** log(x), or log(base, x). */
function log(first: number, x?: number): number | null {
  if (x === undefined) return first <= 0 ? null : Math.log(first)
  return first <= 0 || x <= 0 ? null : Math.log(x) / Math.log(first)
}

function constant(value: number) {
  return { parameters: [], resolve: () => literal(value, DOUBLE) }
}

/** To the nearest integer, the even one of two that are as near. */
function nearestEven(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x
  const shift = x < 0 || Object.is(x, -0) ? -(2 ** 52) : 2 ** 52
  const rounded = x + shift - shift
  return rounded === 0 && shift < 0 ? -0 : rounded
}

const FACTORIALS = 20

function factorial(n: number): bigint | null {
  if (n < 0 || n > FACTORIALS) return null
  let product = 1n
  for (let factor = 2n; factor <= n; factor++) product *= factor
  return product
}

const MAX_BUCKETS = 2n ** 63n - 1n

/** The bucket of an equal-width histogram that a value falls into (`WidthBucket.computeBucketNumber`). */
function widthBucket(x: number | bigint, first: number | bigint, last: number | bigint, buckets: bigint): Value {
  const [value, from, to] = [Number(x), Number(first), Number(last)]
  const isNone = buckets <= 0n || buckets === MAX_BUCKETS || Number.isNaN(value) || from === to
  if (isNone || !Number.isFinite(from) || !Number.isFinite(to)) return null
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  const isAscending = from < to
  if (isAscending ? value < low : value > high) return 0n
  if (isAscending ? value >= high : value <= low) return buckets + 1n
  const distance = isAscending ? value - low : high - value
  return BigInt(Math.trunc((Number(buckets) * distance) / (high - low))) + 1n
}
