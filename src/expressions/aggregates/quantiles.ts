// A summary of many numbers that gives any of their quantiles within a bound of rank, in little memory.
//
// M. Greenwald and S. Khanna, "Space-Efficient Online Computation of Quantile Summaries" (2001), with the sizes that Spark's
// QuantileSummaries has, so that results are those of one of its tasks over the same rows.

/** Numbers are collected, then sorted and put into the summary together. */
const COLLECTED = 50_000

/** A longer summary is compressed where numbers are put into it. */
const LONG = 10_000

/** A number of the summary. */
interface Sample {
  readonly value: number
  /** By how much the lowest rank that it may have is above that of the sample before it. */
  readonly gap: number
  /** How many ranks it may have beyond the lowest. */
  readonly spread: number
}

const SAMPLE_BYTES = 72

export class Quantiles {
  /** Part of all numbers that a rank may be away. */
  readonly #error: number
  /** Ascending. */
  #samples: readonly Sample[] = []
  /** Of the numbers that the samples stand for. */
  #count = 0
  #collected: number[] = []
  #isCompressed = false

  constructor(error: number) {
    this.#error = error
  }

  get keptBytes(): number {
    return this.#samples.length * SAMPLE_BYTES + this.#collected.length * 8
  }

  add(value: number): void {
    this.#collected.push(value)
    this.#isCompressed = false
    if (this.#collected.length < COLLECTED) return
    this.#insert()
    if (this.#samples.length >= LONG) this.#compress()
  }

  /** The other summary has the same error. */
  addAll(other: Quantiles): void {
    this.#compress()
    other.#compress()
    if (other.#count === 0) return
    if (this.#count === 0) this.#samples = other.#samples
    else this.#samples = this.#merged(other)
    this.#count += other.#count
    this.#samples = compressed(this.#samples, 2 * this.#error * this.#count)
  }

  /** The number at a part of all, between 0 and 1; undefined where there is none. */
  at(part: number): number | undefined {
    this.#compress()
    const samples = this.#samples
    const last = samples.at(-1)
    if (last === undefined) return undefined
    if (part <= this.#error) return samples[0]?.value
    if (part >= 1 - this.#error) return last.value
    const rank = Math.ceil(part * this.#count)
    let widest = 0
    for (const { gap, spread } of samples) widest = Math.max(widest, gap + spread)
    // Ranks are whole numbers, and so is Spark's bound.
    const bound = Math.floor(widest / 2)
    let lowest = 0
    for (const { value, gap, spread } of samples) {
      lowest += gap
      if (lowest + spread - bound <= rank && rank <= lowest + bound) return value
    }
    return last.value
  }

  #insert(): void {
    if (this.#collected.length === 0) return
    const numbers = Float64Array.from(this.#collected).sort()
    this.#collected = []
    const samples = this.#samples
    const inserted: Sample[] = []
    let next = 0
    numbers.forEach((value, i) => {
      while (next < samples.length && (samples[next] as Sample).value <= value) inserted.push(samples[next++] as Sample)
      this.#count += 1
      const isExtreme = inserted.length === 0 || (next === samples.length && i === numbers.length - 1)
      inserted.push({ value, gap: 1, spread: isExtreme ? 0 : Math.floor(2 * this.#error * this.#count) })
    })
    while (next < samples.length) inserted.push(samples[next++] as Sample)
    this.#samples = inserted
  }

  #compress(): void {
    if (this.#isCompressed) return
    this.#insert()
    this.#samples = compressed(this.#samples, 2 * this.#error * this.#count)
    this.#isCompressed = true
  }

  /** A sample of one side lies somewhere between two of the other, which widens its spread. */
  #merged(other: Quantiles): readonly Sample[] {
    const [ours, theirs] = [this.#samples, other.#samples]
    const widenOurs = Math.floor(2 * other.#error * other.#count)
    const widenTheirs = Math.floor(2 * this.#error * this.#count)
    const merged: Sample[] = []
    let [i, j] = [0, 0]
    while (i < ours.length && j < theirs.length) {
      const [a, b] = [ours[i] as Sample, theirs[j] as Sample]
      if (a.value < b.value) {
        i++
        merged.push({ ...a, spread: a.spread + (j > 0 ? widenOurs : 0) })
      } else {
        j++
        merged.push({ ...b, spread: b.spread + (i > 0 ? widenTheirs : 0) })
      }
    }
    return merged.concat(ours.slice(i), theirs.slice(j))
  }
}

/** Joins neighbours while a sample stands for fewer than `room` ranks; the lowest and the highest number stay. */
function compressed(samples: readonly Sample[], room: number): readonly Sample[] {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined) return samples
  const kept: Sample[] = []
  let head = last
  for (let i = samples.length - 2; i >= 1; i--) {
    const sample = samples[i] as Sample
    if (sample.gap + head.gap + head.spread < room) head = { ...head, gap: head.gap + sample.gap }
    else {
      kept.push(head)
      head = sample
    }
  }
  kept.push(head)
  if (samples.length > 1 && first.value <= head.value) kept.push(first)
  return kept.reverse()
}
