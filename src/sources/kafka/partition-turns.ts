// How a batch of a backlog is filled where no step looks at event time: one partition after the other. Each is read in long
// runs, so that little of it is in memory, and a batch has few ranges.
//
// No partition starves: a turn is as long as some batches at most, and after the last partition comes the first one. What
// came in meanwhile waits for the next turn.

import { PartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../record.ts'
import type { Behind } from './pacing.ts'

/** Batches that one partition fills, until the others have had their turns. */
const TURN_BATCHES = 10

/** Of a partition, up to which offset a batch was to read it. */
interface Planned extends TopicPartition {
  readonly untilOffset: number
}

interface Turn {
  /** Index of the partition. */
  readonly first: number
  readonly untilOffset: number
}

export class PartitionTurns {
  /** The ranges of the last batch, in the order of turns. */
  #planned: readonly Planned[] = []
  /** Where the turn of the last of them ends. */
  #turnEnd = 0

  /**
   * How many records of each partition a batch reads: all that there are, or `maxRecords` in sum. Where the last batch read
   * less than it was to, its first range that was cut goes on. `behind` is in (topic, partition) order.
   */
  share(behind: readonly Behind[], maxRecords: number): readonly number[] {
    const lags = behind.map(({ next, end }) => end - next)
    if (lags.reduce((sum, lag) => sum + lag, 0) <= maxRecords) return lags
    const { first, untilOffset } = this.#next(behind, maxRecords)
    const ring = behind.map((_, i) => (first + i) % behind.length)
    const shares = behind.map(() => 0)
    let left = maxRecords
    const give = (i: number, most: number) => {
      const given = Math.min(most, left)
      shares[i] = (shares[i] as number) + given
      left -= given
    }
    const { next, end } = behind[first] as Behind
    give(first, Math.min(end, untilOffset) - next)
    for (const i of ring.slice(1)) give(i, lags[i] as number)
    // The others have nothing left: its next turn begins at once.
    give(first, (lags[first] as number) - (shares[first] as number))

    this.#planned = ring.flatMap((i) => {
      const { topic, partition, next: fromOffset } = behind[i] as Behind
      const given = shares[i] as number
      return given === 0 ? [] : [{ topic, partition, untilOffset: fromOffset + given }]
    })
    const last = ring.findLast((i) => (shares[i] as number) > 0)
    if (last === first) this.#turnEnd = untilOffset
    else if (last !== undefined) this.#turnEnd = turnEnd(behind[last] as Behind, maxRecords)
    return shares
  }

  #next(behind: readonly Behind[], maxRecords: number): Turn {
    const indexes = new PartitionMap(behind.map((at, i) => [at, i]))
    const last = this.#planned.at(-1)
    for (const planned of this.#planned) {
      const first = indexes.get(planned)
      const untilOffset = planned === last ? this.#turnEnd : planned.untilOffset
      if (first !== undefined && (behind[first] as Behind).next < untilOffset) return { first, untilOffset }
    }
    const first =
      last === undefined
        ? longest(behind)
        : Math.max(
            behind.findIndex((at) => byTopicPartition(at, last) > 0),
            0,
          )
    return { first, untilOffset: turnEnd(behind[first] as Behind, maxRecords) }
  }
}

function turnEnd({ next }: Behind, maxRecords: number): number {
  return next + TURN_BATCHES * maxRecords
}

/** Runs that end after a few batches begin here: at a fixed partition they would read nothing else. */
function longest(behind: readonly Behind[]): number {
  const lags = behind.map(({ next, end }) => end - next)
  return lags.indexOf(lags.reduce((most, lag) => Math.max(most, lag), 0))
}
