// What receivers leave in the state file for `status`: their partitions, and why they had to start again.

import { expect, onTestFinished, test } from 'vitest'
import type { BlockStore, ReceiverReport } from '../../../../src/block.ts'
import { systemClock } from '../../../../src/cli/system-clock.ts'
import { Exit, SprkError } from '../../../../src/errors.ts'
import { receivingOf } from '../../../../src/sources/kafka/receiver/options.ts'
import { ReceiverSource } from '../../../../src/sources/kafka/receiver/source.ts'
import { resultOf } from '../../../support/drain.ts'
import * as kafka from '../../../support/kafka.ts'

const { signal } = new AbortController()
const LIMITS = { maxRecords: 100, maxBytes: 1_000_000, ends: null }

/** Says each time what the receivers have said; stores nothing while the disk is full. */
function fullStore() {
  const said: (readonly ReceiverReport[])[] = []
  const store: BlockStore = {
    append() {
      throw new SprkError(Exit.IO, { code: 'E_DISK_FULL', message: 'the disk is full' })
    },
    pending: () => [],
    read() {
      throw new Error('no block')
    },
    walBytes: () => 0,
    report: (receivers) => said.push(receivers),
  }
  return { store, said }
}

test.skipIf(!kafka.kafkaAvailable)('receivers say which partitions they have, and why they started again', async () => {
  const topic = await kafka.createTopic(undefined, 2)
  const { store, said } = fullStore()
  const options = {
    topics: [topic],
    brokers: [kafka.bootstrap()],
    clientId: 'test',
    startingOffsets: 'earliest',
  } as const
  const receiving = { ...receivingOf(undefined), receivers: 2, restartDelay: 10, groupId: topic, stateId: topic }
  const source = new ReceiverSource(options, receiving, store, systemClock)
  onTestFinished(() => source.close())
  await resultOf(source.open({ logId: null, positions: [] }, signal))
  await resultOf(source.plan(LIMITS, signal))
  const partitions = () => said.at(-1)?.flatMap((each) => each.partitions) ?? []
  await kafka.waitUntil(
    () => partitions().length === 2 && said.at(-1)?.every((each) => each.partitions.length === 1) === true,
  )
  expect(said.at(-1)).toMatchObject([
    { number: 1, restarts: 0, lastError: null },
    { number: 2, restarts: 0, lastError: null },
  ])
  await kafka.produce(topic, { partition: 0, value: 'one' })
  const restarted = () => said.at(-1)?.find(({ restarts }) => restarts === 1)
  await kafka.waitUntil(() => restarted() !== undefined)
  expect(restarted()?.lastError).toEqual({ message: 'the disk is full', at: expect.any(Number) })
  const count = said.length
  await source.close()
  // What stops says nothing.
  expect(said.length).toBe(count)
})
