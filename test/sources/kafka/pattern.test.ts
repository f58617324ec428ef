// Topics that are selected by a pattern of their names, against a real broker.

import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import type { Clock } from '../../../src/clock.ts'
import type { Limits, Source, Start } from '../../../src/source.ts'
import { kafkaSource } from '../../../src/sources/kafka/source.ts'
import type { KafkaSourceOptions, OnDataLoss } from '../../../src/sources/kafka/source-options.ts'
import { collect } from '../../support/chunks.ts'
import { drain, resultOf } from '../../support/drain.ts'
import * as kafka from '../../support/kafka.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

/** A clock that a test can put forward. */
let ahead = 0
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead }

function sourceOf(
  topicPattern: string,
  startingOffsets: KafkaSourceOptions['startingOffsets'] = 'earliest',
  onDataLoss: OnDataLoss = 'fail',
): Source {
  return kafkaSource(
    { topicPattern, brokers: [kafka.bootstrap()], clientId: 'test', startingOffsets, onDataLoss },
    clock,
  )
}

describe.skipIf(!kafka.kafkaAvailable)('a pattern of topics', () => {
  const patternOf = (prefix: string) => `${prefix}-.*`

  it("selects topics by their whole names, and none of Kafka's own", async () => {
    const prefix = kafka.topicName('pattern')
    const names = [`${prefix}-a`, `${prefix}-b`, `x${prefix}-c`]
    for (const name of names) await kafka.createTopic(name)
    const topicsOf = async (topicPattern: string) => {
      const source = sourceOf(topicPattern)
      const { positions } = await resultOf(source.open(NEW, signal))
      await source.close()
      return positions.map(({ topic }) => topic)
    }
    expect(await topicsOf(`${prefix}-.*`)).toEqual([`${prefix}-a`, `${prefix}-b`])
    expect(await topicsOf(`.*${prefix}-[bc]`)).toEqual([`${prefix}-b`, `x${prefix}-c`])
    expect(await topicsOf(`${prefix}-a|${prefix}`)).toEqual([`${prefix}-a`])
    expect(await topicsOf('__.*')).toEqual([])
  })

  it('meets topics that begin to match, and waits where none does', async () => {
    const prefix = kafka.topicName('pattern')
    const source = sourceOf(patternOf(prefix), 'latest')
    const opening = await drain(source.open(NEW, signal))
    expect(opening.items.map(({ message }) => message)).toEqual([
      `kafka: no topic matches topicPattern ${prefix}-.* yet`,
    ])
    expect(opening.result.positions).toEqual([])
    const plan = async () => await drain(source.plan(UNBOUNDED, signal))
    expect((await plan()).result).toEqual({ ranges: [], more: 'no' })
    const topic = await kafka.createTopic(`${prefix}-a`, 2)
    await kafka.produce(topic, 'a', 'b')
    expect((await plan()).result.ranges).toEqual([])
    ahead += 30_000
    const { items, result } = await plan()
    expect(items.map(({ message }) => message)).toEqual([`kafka: new, read from the beginning: ${topic}/0, ${topic}/1`])
    expect(result.discovered).toHaveLength(2)
    expect((await collect(source.chunks(result.ranges, signal))).records).toHaveLength(2)
    await source.close()
    // Between two runs, too: the state is no new one, and latest counts for new ones only.
    const again = sourceOf(patternOf(prefix), 'latest')
    const { positions } = await resultOf(again.open({ ...NEW, logId: opening.result.logId }, signal))
    expect(positions.map(({ next }) => next)).toEqual([0, 0])
    await again.close()
  })

  it('keeps the position of a topic that vanishes, and reads the others', async () => {
    const prefix = kafka.topicName('pattern')
    const [gone, other] = [await kafka.createTopic(`${prefix}-a`), await kafka.createTopic(`${prefix}-b`)]
    await kafka.produce(gone, 'a', 'b')
    await kafka.produce(other, 'c')
    const source = sourceOf(patternOf(prefix))
    const { positions } = await resultOf(source.open(NEW, signal))
    const first = await resultOf(source.plan({ ...UNBOUNDED, maxRecords: 2 }, signal))
    await collect(source.chunks(first.ranges, signal))
    const planned = await resultOf(source.plan(UNBOUNDED, signal))
    await kafka.deleteTopic(gone)
    // What of the range was fetched before is read, and no more is waited for.
    const { result } = await collect(source.chunks(planned.ranges, signal))
    expect(result.every(({ untilOffset }) => untilOffset <= 2)).toBe(true)
    ahead += 30_000
    const { items } = await drain(source.plan(UNBOUNDED, signal))
    expect(items.map(({ message }) => message)).toEqual([`kafka: topic ${gone} is gone; its saved positions are kept`])
    await kafka.produce(other, 'd')
    const next = await resultOf(source.plan(UNBOUNDED, signal))
    expect((await collect(source.chunks(next.ranges, signal))).records.map(({ value }) => value)).toEqual(['d'])
    await source.close()

    const again = sourceOf(patternOf(prefix))
    const reopened = await drain(again.open({ logId: null, positions }, signal))
    expect(reopened.items).toEqual([
      { kind: 'notice', level: 'info', message: `kafka: topic ${gone} is gone; its saved positions are kept` },
    ])
    expect(reopened.result.positions).toEqual(positions)
    await again.close()
  })

  it('takes a topic that is back with another id for another topic', async () => {
    const prefix = kafka.topicName('pattern')
    const topic = await kafka.createTopic(`${prefix}-a`)
    await kafka.produce(topic, 'a', 'b')
    const stopped = sourceOf(patternOf(prefix))
    const going = sourceOf(patternOf(prefix), 'earliest', 'continue')
    const gone = `kafka: topic ${topic} is gone; its saved positions are kept`
    for (const source of [stopped, going]) {
      const { positions } = await resultOf(source.open(NEW, signal))
      expect(positions).toMatchObject([{ topicId: expect.stringMatching(/^[0-9a-f]{32}$/) }])
      const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
      await collect(source.chunks(ranges, signal))
    }
    await kafka.deleteTopic(topic)
    ahead += 30_000
    for (const source of [stopped, going]) {
      expect((await drain(source.plan(UNBOUNDED, signal))).items).toMatchObject([{ message: gone }])
    }
    await kafka.recreateTopic(topic)
    await kafka.produce(topic, 'c', 'd', 'e')
    ahead += 30_000
    await expect(resultOf(stopped.plan(UNBOUNDED, signal))).rejects.toMatchObject({ code: 'E_TOPIC_RECREATED' })
    const { items, result } = await drain(going.plan(UNBOUNDED, signal))
    expect(items).toEqual([])
    expect(result.gaps).toMatchObject([{ topic, partition: 0, fromOffset: 2, toOffset: 0 }])
    const { records } = await collect(going.chunks(result.ranges, signal))
    expect(records.map(({ value }) => value)).toEqual(['c', 'd', 'e'])
    await stopped.close()
    await going.close()
  })
})
