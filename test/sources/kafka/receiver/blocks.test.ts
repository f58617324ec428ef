// From batches of brokers to blocks, and from blocks to records: as if the log had been read directly.

import { describe, expect, it } from 'vitest'
import type { AbortedTransaction } from '../../../../src/kafka/protocol/record-batch.ts'
import { positionAt } from '../../../../src/log.ts'
import { BlockBuffers } from '../../../../src/sources/kafka/receiver/block-buffers.ts'
import { BlockBuilder } from '../../../../src/sources/kafka/receiver/block-builder.ts'
import { BlockReader } from '../../../../src/sources/kafka/receiver/block-reader.ts'
import { MemoryBlocks } from '../../../../src/sources/kafka/receiver/memory-blocks.ts'
import { logWith, readAll } from '../../../kafka/support.ts'
import { collect } from '../../../support/chunks.ts'
import { memoryCheckpoint } from '../../../support/memory-checkpoint.ts'
import { randomFrom } from '../../../support/random.ts'
import { controlBatch, encodeBatch } from '../../../support/record-batch.ts'

const AT = { topic: 'orders', partition: 3 }

/** A log with holes, empty batches, compressed batches and overlapping transactions, half of them aborted. */
function randomLog(random: () => number) {
  const bytes: Buffer[] = []
  const aborted: AbortedTransaction[] = []
  const open = new Map<number, number>()
  let next = 0
  const whole = (below: number) => Math.floor(random() * below)
  const end = (producerId: number, first: number) => {
    const isAbort = random() < 0.5
    if (isAbort) aborted.push({ producerId, firstOffset: first })
    bytes.push(controlBatch(next++, producerId, isAbort ? 'abort' : 'commit'))
    open.delete(producerId)
  }
  for (let i = 0; i < 12; i++) {
    next += random() < 0.3 ? whole(20) : 0 // compacted away
    const producerId = random() < 0.5 ? whole(3) : -1
    let delta = -1
    const records = Array.from({ length: whole(8) }, (_, n) => {
      delta += 1 + (random() < 0.3 ? whole(5) : 0)
      return { value: `${i}-${n}`, offsetDelta: delta }
    })
    const lastOffsetDelta = delta + 1 + whole(3)
    if (producerId >= 0 && !open.has(producerId)) open.set(producerId, next)
    const kind = { isTransactional: producerId >= 0, producerId, codec: whole(2), leaderEpoch: i }
    bytes.push(encodeBatch({ baseOffset: next, records, lastOffsetDelta, ...kind }))
    next += lastOffsetDelta + 1
    const [first] = open
    if (first !== undefined && random() < 0.3) end(...first)
  }
  for (const [producerId, first] of open) end(producerId, first)
  return { bytes: Buffer.concat(bytes), aborted, end: next }
}

/** As a lane cuts them: within batches where a rate says so, and into blocks at any time. */
function intoBlocks(log: ReturnType<typeof logWith>['log'], random: () => number, blocks: MemoryBlocks): void {
  const builder = new BlockBuilder(positionAt(AT, 0), new BlockBuffers())
  for (let batch = log.takeBatch(); batch !== null; batch = log.takeBatch()) {
    while (builder.received.next < batch.untilOffset) {
      const until = random() < 0.5 ? batch.untilOffset : builder.received.next + 1 + Math.floor(random() * 10)
      builder.add(batch, Math.min(until, batch.untilOffset))
      if (random() < 0.4) blocks.append([builder.finish()])
    }
  }
  if (builder.isDue) blocks.append([builder.finish()])
}

describe('blocks', () => {
  it('give the records of the log, however it was cut and however it is read', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomFrom(seed)
      const { bytes, aborted, end } = randomLog(random)
      const expected = readAll(logWith(bytes, 0, aborted).log).map(({ offset, value }) => `${offset} ${value}`)
      const blocks = new MemoryBlocks(memoryCheckpoint().blocks('source'), new BlockBuffers())
      intoBlocks(logWith(bytes, 0, aborted).log, random, blocks)
      expect(blocks.pending().at(-1)?.untilOffset, `seed ${seed}`).toBe(end)
      const reader = new BlockReader(blocks)
      const read: string[] = []
      let next = 0
      for (let batch = 0; next < end; batch++) {
        expect(batch, `seed ${seed}`).toBeLessThan(1000)
        const range = {
          ...AT,
          topicId: null,
          fromOffset: next,
          untilOffset: Math.min(end, next + 1 + Math.floor(random() * 40)),
        }
        const { records, result } = await collect(reader.read([range], { maxBytes: random() < 0.3 ? 20 : Infinity }))
        read.push(...records.map(({ offset, value }) => `${offset} ${value}`))
        expect(result[0]?.fromOffset, `seed ${seed}`).toBe(next)
        next = result[0]?.untilOffset ?? next
        blocks.release(result)
      }
      expect(read, `seed ${seed}`).toEqual(expected)
      expect(blocks.pending(), `seed ${seed}`).toEqual([])
    }
  })

  it('hold the bytes of a batch once, though a rate took it in parts', () => {
    const batch = encodeBatch({ baseOffset: 0, records: Array.from({ length: 9 }, (_, i) => ({ value: `${i}` })) })
    const builder = new BlockBuilder(positionAt(AT, 0), new BlockBuffers())
    const raw = { bytes: batch, untilOffset: 9, leaderEpoch: 0, aborted: [] }
    for (const until of [2, 5, 9]) builder.add({ ...raw, bytes: Buffer.from(batch) }, until)
    expect(builder.finish()).toMatchObject({ fromOffset: 0, untilOffset: 9, byteLength: batch.length })
  })

  it('begin behind a step, which may stand alone', () => {
    const builder = new BlockBuilder(positionAt(AT, 5), new BlockBuffers())
    expect(builder.isDue).toBe(false)
    builder.stepTo(20, null, { fromOffset: 5, cause: 'deleted' })
    expect(builder.isDue).toBe(true)
    const step = { fromOffset: 5, cause: 'deleted' }
    expect(builder.finish()).toMatchObject({ fromOffset: 20, untilOffset: 20, byteLength: 0, step })
    expect(builder.isDue).toBe(false)
    builder.stepTo(10, null, { fromOffset: 20, cause: 'truncated' })
    builder.stepTo(12, null, { fromOffset: 10, cause: 'deleted' })
    const both = { fromOffset: 20, cause: 'deleted' }
    expect(builder.finish()).toMatchObject({ fromOffset: 12, untilOffset: 12, step: both })
  })
})
