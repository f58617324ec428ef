// What receivers have taken in: by whom, and that nothing is missing in between.

import { describe, expect, it } from 'vitest'
import type { Block } from '../../../../src/block.ts'
import { positionAt } from '../../../../src/log.ts'
import type { TopicPartition } from '../../../../src/record.ts'
import { Intake } from '../../../../src/sources/kafka/receiver/intake.ts'
import type { MemoryBlocks } from '../../../../src/sources/kafka/receiver/memory-blocks.ts'
import { NONE } from '../../../support/raw-blocks.ts'

const AT = [0, 1].map((partition) => ({ topic: 'a', partition })) as [TopicPartition, TopicPartition]

function block(partition: number, fromOffset: number, untilOffset: number, stepFrom: number | null = null): Block {
  const bytes = Buffer.alloc(untilOffset - fromOffset)
  const step = stepFrom === null ? null : { fromOffset: stepFrom, cause: 'gone' }
  const rest = { topicId: null, leaderEpoch: null, tailHash: null, aborted: [], bytes, byteLength: bytes.length }
  return { topic: 'a', partition, fromOffset, untilOffset, step, ...rest }
}

/** Without the log, both partitions saved at 0 and owned by `a`. */
function intake() {
  const made = new Intake(NONE, false, { maxBytes: 100 })
  made.begin([positionAt(AT[0], 0), positionAt(AT[1], 0)])
  const [a, b] = [{}, {}]
  for (const at of AT) made.own(at, a)
  return { made, memory: made.memory as MemoryBlocks, a, b }
}

const ranges = (memory: MemoryBlocks) =>
  memory.pending().map((each) => [each.partition, each.fromOffset, each.untilOffset])

describe('Intake', () => {
  it('takes no block of a partition that belongs to another by now', () => {
    const { made, memory, a, b } = intake()
    made.own(AT[1], b)
    made.take([block(0, 0, 5), block(1, 0, 5)], a)
    expect(ranges(memory)).toEqual([[0, 0, 5]])
    expect(made.standing(AT[1])?.next).toBe(0)
    made.disown(AT[0], a)
    made.take([block(0, 5, 9)], a)
    expect(ranges(memory)).toEqual([[0, 0, 5]])
  })

  it('knows whether a receiver has a partition that nobody has met', () => {
    const { made, a } = intake()
    expect(made.hasUnknown).toBe(false)
    const unmet = { topic: 'a', partition: 7 }
    made.own(unmet, a)
    expect(made.hasUnknown).toBe(true)
    made.discover(positionAt(unmet, 0))
    expect(made.hasUnknown).toBe(false)
  })

  it('refuses a block that does not follow the one before it, and stores none of those that came with it', () => {
    const { made, memory, a } = intake()
    made.take([block(0, 0, 5), block(0, 5, 9), block(0, 20, 30, 9)], a)
    for (const wrong of [block(0, 31, 40), block(0, 29, 40), block(0, 40, 50, 31)]) {
      expect(() => made.take([block(1, 0, 1), wrong], a)).toThrow('but 30 was received')
    }
    expect(ranges(memory)).toEqual([
      [0, 0, 5],
      [0, 5, 9],
      [0, 20, 30],
    ])
  })

  it('receives anew what it drops, but leaves alone what another has received since', () => {
    const { made, memory, a, b } = intake()
    made.take([block(0, 0, 5), block(1, 0, 5)], a)
    made.disown(AT[0], a)
    made.own(AT[0], b)
    made.take([block(0, 5, 9)], b)
    made.drop(AT, [positionAt(AT[0], 0), positionAt(AT[1], 2)], a)
    expect(ranges(memory)).toEqual([
      [0, 0, 5],
      [0, 5, 9],
    ])
    expect([made.standing(AT[0])?.next, made.standing(AT[1])?.next]).toEqual([9, 2])
  })
})

describe('MemoryBlocks', () => {
  it('keep what a batch has not read to its end, and what is behind it', () => {
    const { made, memory, a } = intake()
    made.take([block(0, 0, 5), block(0, 5, 9), block(1, 0, 5)], a)
    memory.release([{ ...AT[0], topicId: null, fromOffset: 0, untilOffset: 8 }])
    expect(ranges(memory)).toEqual([
      [0, 5, 9],
      [1, 0, 5],
    ])
  })

  it('keep a block behind a step until its step is passed; a step alone is gone then', () => {
    const { made, memory, a } = intake()
    made.take([block(0, 20, 20, 0), block(0, 30, 40, 20)], a)
    const pass = (fromOffset: number, toOffset: number) =>
      memory.passSteps([{ ...AT[0], topicId: null, cause: '', fromOffset, toOffset }])
    pass(0, 20)
    expect(ranges(memory)).toEqual([[0, 30, 40]])
    memory.release([{ ...AT[0], topicId: null, fromOffset: 0, untilOffset: 40 }])
    expect(ranges(memory)).toEqual([[0, 30, 40]])
    pass(20, 30)
    memory.release([{ ...AT[0], topicId: null, fromOffset: 30, untilOffset: 40 }])
    expect(ranges(memory)).toEqual([])
  })
})
