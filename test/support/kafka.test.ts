import { describe, expect, it } from 'vitest'
import {
  beginTransaction,
  bootstrap,
  createTopic,
  deleteRecords,
  javaTool,
  javaToolsAvailable,
  kafkaAvailable,
  offsets,
  produce,
  waitForStableOffset,
} from './kafka.ts'

describe.skipIf(!kafkaAvailable)('the tests’ Kafka', () => {
  it('keeps what was produced, each message in its partition', async () => {
    const topic = await createTopic(undefined, 2)
    await produce(topic, 'a', { partition: 1, key: 'k', value: 'b' }, 'c')
    expect(await offsets(topic)).toEqual([
      { start: 0, stable: 2 },
      { start: 0, stable: 1 },
    ])
  })

  it('has transactions that overlap, commit and abort', async () => {
    const topic = await createTopic()
    const [first, second] = await Promise.all([beginTransaction(), beginTransaction()])
    await first.send(topic, 'a')
    await second.send(topic, 'b', 'c')
    await second.abort()
    expect(await offsets(topic)).toEqual([{ start: 0, stable: 0 }])
    await first.commit()
    await waitForStableOffset(topic, 0, 5)
  })

  it('moves the log start', async () => {
    const topic = await createTopic()
    await produce(topic, 'a', 'b', 'c')
    await deleteRecords(topic, 0, 2)
    expect(await offsets(topic)).toEqual([{ start: 2, stable: 3 }])
  })

  it.skipIf(!javaToolsAvailable)('answers Kafka’s own tools', async () => {
    const topic = await createTopic()
    await javaTool(
      'org.apache.kafka.tools.ConsoleProducer',
      ['--bootstrap-server', bootstrap(), '--topic', topic],
      'x\ny\n',
    )
    expect(await offsets(topic)).toEqual([{ start: 0, stable: 2 }])
  })
})
