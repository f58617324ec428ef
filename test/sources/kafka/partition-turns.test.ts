// Batches of a backlog, filled partition by partition.

import { describe, expect, it } from 'vitest'
import { PartitionTurns } from '../../../src/sources/kafka/partition-turns.ts'

/** Partitions that batches read; `read` says how much of a planned range a batch reads. */
class Backlog {
  readonly next: number[]
  readonly ends: number[]
  readonly #turns = new PartitionTurns()

  constructor(...ends: number[]) {
    this.next = ends.map(() => 0)
    this.ends = ends
  }

  /** How many offsets of each partition were planned. */
  batch(maxRecords: number, read = (share: number, _partition: number) => share): number[] {
    const all = this.ends.map((end, partition) => ({
      topic: 't',
      partition,
      next: this.next[partition] as number,
      end,
    }))
    const behind = all.filter(({ next, end }) => next < end)
    const shares = this.#turns.share(behind, maxRecords)
    const planned = this.ends.map(() => 0)
    for (const [i, { partition, next }] of behind.entries()) {
      const share = shares[i] as number
      planned[partition] = share
      this.next[partition] = next + read(share, partition)
    }
    return planned
  }
}

describe('turns of partitions', () => {
  it('give everything where the bound allows it', () => {
    expect(new Backlog(3, 0, 4).batch(7)).toEqual([3, 0, 4])
    expect(new Backlog().batch(7)).toEqual([])
  })

  it('fill a batch with one partition after the other, and go on where the last one was cut', () => {
    const backlog = new Backlog(10, 10, 10, 10)
    expect([0, 1, 2, 3].map(() => backlog.batch(12))).toEqual([
      [10, 2, 0, 0],
      [0, 8, 4, 0],
      [0, 0, 6, 6],
      [0, 0, 0, 4],
    ])
  })

  it('begin with what has the largest lag, so that short runs come to all partitions', () => {
    expect(new Backlog(5, 20, 9, 20).batch(10)).toEqual([0, 10, 0, 0])
    expect(new Backlog(5, 20, 9, 20).batch(31)).toEqual([0, 20, 9, 2])
  })

  it('end after ten batches, though the partition has more', () => {
    const backlog = new Backlog(1000, 5, 5)
    const batches = Array.from({ length: 12 }, () => backlog.batch(10))
    expect(batches.slice(0, 10)).toEqual(Array(10).fill([10, 0, 0]))
    expect(batches.slice(10)).toEqual([
      [0, 5, 5],
      [10, 0, 0],
    ])
  })

  it('come to each partition, however much comes in meanwhile', () => {
    const backlog = new Backlog(100, 100, 100)
    const batches = Array.from({ length: 90 }, () => {
      for (const i of backlog.ends.keys()) backlog.ends[i] = (backlog.ends[i] as number) + 10
      return backlog.batch(10)
    })
    const read = [0, 1, 2].map((i) => batches.reduce((sum, batch) => sum + (batch[i] as number), 0))
    expect(read).toEqual([300, 300, 300])
  })

  it('go on with what the last batch did not read', () => {
    const backlog = new Backlog(10, 10, 10, 10)
    // A bound of bytes ended the batch inside of partition 1.
    expect(backlog.batch(25, (share, partition) => (partition === 1 ? 3 : share))).toEqual([10, 10, 5, 0])
    expect(backlog.batch(10)).toEqual([0, 7, 3, 0])
    expect(backlog.batch(10)).toEqual([0, 0, 2, 8])
  })

  it('begin anew behind a backlog that was read, or whose partition is gone', () => {
    const backlog = new Backlog(10, 10, 10)
    backlog.batch(15)
    backlog.ends[1] = backlog.next[1] as number
    expect(backlog.batch(5)).toEqual([0, 0, 5])
    backlog.ends[0] = 20
    expect(backlog.batch(50)).toEqual([10, 0, 5])
  })

  it('keep the bound and make progress, whatever the lags', () => {
    for (let seed = 1; seed < 300; seed++) {
      const lags = Array.from({ length: 1 + (seed % 9) }, (_, i) => (seed * 7919 * (i + 3)) % 10 ** (1 + (i % 5)))
      const backlog = new Backlog(...lags)
      const max = 1 + ((seed * 31) % 2000)
      let left = lags.reduce((sum, lag) => sum + lag, 0)
      for (let batches = 0; batches < 5; batches++) {
        const sum = backlog.batch(max, (share) => Math.ceil(share / 2)).reduce((total, share) => total + share, 0)
        expect(sum).toBe(Math.min(left, max))
        left = lags.reduce((total, lag, i) => total + lag - (backlog.next[i] as number), 0)
      }
    }
  })
})
