// @ts-check
// Medians, and what pairs of measurements say about a ratio.

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/**
 * The geometric mean of ratios with its 95 % interval, by Student's t of their logarithms. A single ratio has the interval
 * from 0 to Infinity.
 *
 * @param {readonly number[]} ratios  each of one pair
 * @returns {{mean: number, lower: number, upper: number}}
 */
export function geometricMean(ratios) {
  const logs = ratios.map((ratio) => Math.log(ratio))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  if (logs.length < 2) return { mean: Math.exp(mean), lower: 0, upper: Number.POSITIVE_INFINITY }
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1)
  const half = studentT(logs.length - 1) * Math.sqrt(variance / logs.length)
  return { mean: Math.exp(mean), lower: Math.exp(mean - half), upper: Math.exp(mean + half) }
}

/** The 97.5th percentiles of Student's t for 1 to 4 degrees of freedom. */
const fewDegrees = [12.706, 4.303, 3.182, 2.776]

/**
 * The 97.5th percentile; from 5 degrees on by Cornish and Fisher's expansion, right to 0.002.
 *
 * @param {number} degrees
 */
function studentT(degrees) {
  const z = 1.959964
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return fewDegrees[degrees - 1] ?? z + first / degrees + second / degrees ** 2 + third / degrees ** 3
}
