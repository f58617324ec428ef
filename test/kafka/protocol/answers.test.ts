// The decoders on answers of a real Apache Kafka.

import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../src/kafka/protocol/bytes.ts'
import { decodeMetadata, encodeMetadataRequest, METADATA_WITH_IDS } from '../../../src/kafka/protocol/metadata.ts'
import { ask } from '../../support/ask.ts'
import {
  beginTransaction,
  bootstrap,
  createTopic,
  deleteRecords,
  kafkaAvailable,
  offsets,
  produce,
  waitForStableOffset,
  waitUntil,
} from '../../support/kafka.ts'
import { answersFile, type Case, casesOf, FOUR, LONG, MANY, type Recorded, recorded, TRANSACTIONS } from './answers.ts'

describe.skipIf(process.env['SPRK_WRITE_FIXTURES'])('an answer of a real Kafka', () => {
  const cases = casesOf(recorded)

  it('is stored for every request, and for no other', () => {
    expect(Object.keys(recorded.answers)).toEqual(cases.map(({ name }) => name))
  })

  it.each(cases)('is read as it is meant ($name)', (each) => {
    expect(each.decode(answerTo(each))).toMatchObject(each.expected as object)
  })

  // This also says that decoders read answers to their last byte.
  it.each(cases)('is refused when it was cut at any byte ($name)', (each) => {
    const whole = answerTo(each)
    for (let end = 0; end < whole.length; end += end < 400 || end > whole.length - 400 ? 1 : 7)
      expect(() => each.decode(whole.subarray(0, end))).toThrow(MalformedError)
  })
})

function answerTo({ name }: Case): Buffer {
  return Buffer.from(recorded.answers[name] ?? '', 'base64')
}

// SPRK_WRITE_FIXTURES=1 npx vitest run test/kafka/protocol/answers.test.ts
describe.runIf(kafkaAvailable && process.env['SPRK_WRITE_FIXTURES'])('the answers of Kafka', () => {
  it('are stored for tests without Kafka', async () => {
    const ids = await makeTopics()
    const answers: Record<string, string> = {}
    for (const { name, api, request, decode, expected } of casesOf({ ids })) {
      // A coordinator may be on its way, and so may be what was committed.
      await waitUntil(async () => {
        const answer = await ask(bootstrap(), api, request)
        answers[name] = answer.toString('base64')
        return isMet(() => expect(decode(answer)).toMatchObject(expected as object))
      }, 5000).catch(() => expect(decode(Buffer.from(answers[name] ?? '', 'base64'))).toMatchObject(expected as object))
    }
    const content: Recorded = { ids, answers }
    writeFileSync(answersFile, `${JSON.stringify(content, null, 2)}\n`)
  })

  function isMet(expectation: () => void): boolean {
    try {
      expectation()
      return true
    } catch {
      return false
    }
  }

  async function makeTopics(): Promise<Record<string, string>> {
    const topics: [string, number][] = [
      [FOUR, 4],
      [MANY.topic, MANY.partitions],
      [LONG, 1],
      [TRANSACTIONS, 1],
    ]
    for (const [topic, partitions] of topics) await createTopic(topic, partitions)
    for (let partition = 0; partition < 4; partition++) {
      await produce(FOUR, ...['a', 'b', 'c'].map((value) => ({ partition, value })))
      await deleteRecords(FOUR, partition, 3)
    }
    await waitUntil(async () => (await offsets(FOUR)).every(({ start }) => start === 3))
    await makeTransactions()
    const names = topics.map(([topic]) => topic)
    const metadata = await ask(bootstrap(), METADATA_WITH_IDS, encodeMetadataRequest(METADATA_WITH_IDS, names))
    const found = decodeMetadata(METADATA_WITH_IDS, metadata).topics
    return Object.fromEntries(found.map(({ topic, topicId }) => [topic, topicId ?? '']))
  }

  /** The one that begins last ends first. */
  async function makeTransactions(): Promise<void> {
    const [outer, inner] = [await beginTransaction(), await beginTransaction()]
    await outer.send(TRANSACTIONS, 'outer0')
    await inner.send(TRANSACTIONS, 'inner1')
    await outer.send(TRANSACTIONS, 'outer2')
    await inner.abort()
    await outer.abort()
    await waitForStableOffset(TRANSACTIONS, 0, 5)
    const third = await beginTransaction()
    await third.send(TRANSACTIONS, 'a', 'b', 'c')
    await third.commit()
    await waitForStableOffset(TRANSACTIONS, 0, 9)
  }
})
