// Where the source kafka begins, against a real broker.

import { describe, expect, it } from 'vitest'
import { resultOf } from '../../support/drain.ts'
import * as kafka from '../../support/kafka.ts'
import {
  given,
  NEW,
  positionsAt,
  readAll,
  type StartingOffsets,
  savedAt,
  signal,
  sourceOf,
  valuesOf,
} from '../kafka-source.ts'

describe.skipIf(!kafka.kafkaAvailable)('opening kafkaSource', () => {
  it('begins at the start, the end, or given offsets', async () => {
    const topic = await kafka.createTopic(undefined, 2)
    await kafka.produce(topic, 'a', 'b', 'c', { partition: 1, value: 'd' })
    await kafka.deleteRecords(topic, 0, 1)
    expect(await positionsAt(topic, 'earliest')).toEqual([1, 0])
    expect(await positionsAt(topic, 'latest')).toEqual([3, 1])
    expect(await positionsAt(topic, given(topic, [0, 2], [1, 'latest']))).toEqual([2, 1])
    expect(await positionsAt(topic, given(topic, [0, 3], [1, 'earliest']))).toEqual([3, 0])
  })

  it('takes startingOffsets for a new state only', async () => {
    const topic = await kafka.createTopic(undefined, 2)
    await kafka.produce(topic, 'a', 'b', { partition: 1, value: 'c' })
    expect(await positionsAt(topic, 'latest', savedAt(topic, 1))).toEqual([1, 0])
  })

  it('refuses given offsets that are not in the log, and partitions without one', async () => {
    const topic = await kafka.createTopic(undefined, 2)
    await kafka.produce(topic, 'a', 'b', 'c')
    await kafka.deleteRecords(topic, 0, 1)
    const refused = async (offsets: StartingOffsets, message: string) => {
      await expect(positionsAt(topic, offsets)).rejects.toMatchObject({
        exit: 78,
        message: `startingOffsets: ${message}`,
      })
    }
    const range = 'is not in the log, which goes from 1 to 3'
    await refused(given(topic, [0, 0], [1, 0]), `${topic}/0: offset 0 ${range}`)
    await refused(given(topic, [0, 4], [1, 0]), `${topic}/0: offset 4 ${range}`)
    await refused(given(topic, [0, 1]), `must name all partitions, but ${topic}/1 is missing`)
    await refused(given(topic, [0, 1], [1, 0], [2, 0]), `names ${topic}/2, which does not exist`)
    const place = { file: 'p.yaml', line: 7, column: 9 }
    const placed = { offsets: new Map([[topic, new Map([[0, 1]])]]), places: new Map([[topic, place]]) }
    await expect(positionsAt(topic, placed)).rejects.toMatchObject({ problems: [{ place }] })
  })

  it('begins at a time, or at the end where no record is as late', async () => {
    // Retention would take records of 1970 for old ones.
    const topic = await kafka.createTopic(undefined, 3, { 'retention.ms': '-1' })
    const at = (partition: number, timestamp: number) => ({ partition, value: 'x', timestamp: `${timestamp}` })
    await kafka.produce(topic, at(0, 1000), at(0, 3000), at(0, 2000), at(0, 4000), at(1, 1000))
    expect(await positionsAt(topic, { at: 2000 })).toEqual([1, 1, 0])
    expect(await positionsAt(topic, { at: 4000 })).toEqual([3, 1, 0])
    expect(await positionsAt(topic, { at: 4001 })).toEqual([4, 1, 0])
    expect(await positionsAt(topic, { at: 0 })).toEqual([0, 0, 0])
    expect(await positionsAt(topic, { at: 4_000_000_000_000 })).toEqual([4, 1, 0])
    const open = await kafka.beginTransaction()
    await open.send(topic, at(1, 5000), at(1, 6000))
    expect(await positionsAt(topic, { at: 6000 })).toEqual([4, 1, 0])
    await open.abort()
  })

  it('takes some partitions of a topic', async () => {
    const topic = await kafka.createTopic(undefined, 3)
    await kafka.produce(topic, 'a', { partition: 1, value: 'b' }, { partition: 2, value: 'c' })
    const selection = { partitions: new Map([[topic, [2, 0]]]) }
    const source = sourceOf(selection, given(topic, [0, 0], [2, 1]))
    const { positions } = await resultOf(source.open(NEW, signal))
    expect(positions.map(({ partition, next }) => [partition, next])).toEqual([
      [0, 0],
      [2, 1],
    ])
    await source.close()
    // What a state knows of the others is let alone.
    expect(await positionsAt(selection, 'earliest', savedAt(topic, 1))).toEqual([1, 0])
    const absent = positionsAt({ partitions: new Map([[topic, [0, 3, 7]]]) }, 'earliest')
    await expect(absent).rejects.toMatchObject({
      exit: 66,
      problems: [3, 7].map((partition) => ({
        message: `topic ${topic} has no partition ${partition}`,
        hint: expect.stringMatching(
          new RegExp(`^add it: kafka-topics.sh .* --topic ${topic} --partitions ${partition + 1}$`),
        ),
      })),
    })
  })

  it('says which offsets were deleted before they were read', async () => {
    const topic = await kafka.createTopic()
    await kafka.produce(topic, 'a', 'b', 'c')
    await kafka.deleteRecords(topic, 0, 2)
    await expect(readAll(topic, savedAt(topic, 1))).rejects.toMatchObject({
      exit: 79,
      code: 'E_OFFSET_GONE',
      message: `${topic}/0: saved offset 1 is below log start 2; 1 offsets were deleted before they were read`,
    })
    await expect(readAll(topic, savedAt(topic, 4))).rejects.toMatchObject({ exit: 79, code: 'E_OFFSET_AHEAD' })
    expect(valuesOf(await readAll(topic, savedAt(topic, 2)))).toEqual(['c'])
    expect(valuesOf(await readAll(topic, savedAt(topic, 3)))).toEqual([])
  })

  it('refuses a topic that does not exist, and does not create it', async () => {
    const topic = await kafka.createTopic(kafka.topicName('orders'))
    const misspelt = topic.replace('orders', 'order')
    const tool = `kafka-topics.sh --bootstrap-server ${kafka.bootstrap()}`
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(positionsAt(misspelt, 'earliest')).rejects.toMatchObject({
        exit: 66,
        code: 'E_TOPIC_MISSING',
        message: `topic ${misspelt} does not exist`,
        problems: [
          { hint: `did you mean \`${topic}\`? else create it: ${tool} --create --topic ${misspelt} --partitions 3` },
        ],
      })
    }
  })
})
