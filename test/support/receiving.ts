// A source in receiver mode on the tests' broker and a real state file, driven batch by batch.

import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Block, BlockStore } from '../../src/block.ts'
import type { Checkpoint } from '../../src/checkpoint.ts'
import { systemClock } from '../../src/cli/system-clock.ts'
import type { Clock } from '../../src/clock.ts'
import type { BatchPlan } from '../../src/source.ts'
import type { ReceivingOptions } from '../../src/sources/kafka/receiver/receivers.ts'
import { ReceiverSource } from '../../src/sources/kafka/receiver/source.ts'
import type { KafkaSourceOptions } from '../../src/sources/kafka/source-options.ts'
import { collect } from './chunks.ts'
import { bootstrap, waitUntil } from './kafka.ts'
import { batchOf, openState, temporaryDirectory } from './state-file.ts'

const { signal } = new AbortController()
const BOUNDS = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

export interface Receiving {
  readonly checkpoint: Checkpoint
  readonly notices: string[]
  /** What the store throws instead of storing blocks; null: nothing. */
  storeFails: Error | null
  readonly attempts: number
  /** Plans once, as an execution does. */
  plan(): Promise<BatchPlan>
  /** Plans until there is something to read. */
  planned(): Promise<BatchPlan>
  /** Reads a plan's ranges: `topic/partition offset`. */
  read(plan: BatchPlan): Promise<string[]>
  /** Commits what was read last. */
  commit(): void
  /** Plans, reads and commits until that many records were read in all. */
  readUpTo(count: number): Promise<string[]>
  close(): Promise<void>
}

export interface ReceivingSetup {
  readonly groupId: string
  readonly receiving?: Partial<ReceivingOptions>
  readonly source?: Partial<KafkaSourceOptions> & { readonly topicPattern?: string }
  readonly topics?: readonly string[]
  readonly clock?: Clock
}

export async function startReceiving(setup: ReceivingSetup): Promise<Receiving> {
  const checkpoint = await openState(join(temporaryDirectory(), 'state.db'))
  const { groupId, receiving, source: changes, topics = [], clock = systemClock } = setup
  const store = checkpoint.blocks('kafka')
  const selection = changes?.topicPattern === undefined ? { topics } : {}
  const options = { ...selection, brokers: [bootstrap()], clientId: 'sprk', startingOffsets: 'earliest', ...changes }
  const defaults: ReceivingOptions = {
    ...{ groupId, stateId: checkpoint.stateId, groupInstanceId: null, shared: false, maxRate: null },
    ...{ receivers: 1, threads: new Map(), blockInterval: 50, blockQueueSize: 10, writeAheadLog: true },
    ...{ maxLogBytes: 256_000_000, restartDelay: 100 },
  }
  let source: ReceiverSource
  let attempts = 0
  let ranges: Awaited<ReturnType<typeof collect>>['result'][] = []
  const started: Receiving = {
    checkpoint,
    notices: [],
    storeFails: null,
    get attempts() {
      return attempts
    },
    async plan() {
      const { notices, result } = await collect(source.plan(BOUNDS, signal))
      started.notices.push(...notices)
      if (result.gaps !== undefined) checkpoint.move('kafka', result.gaps)
      if (result.discovered !== undefined) checkpoint.register('kafka', null, result.discovered)
      return result
    },
    async planned() {
      let plan = await started.plan()
      await waitUntil(async () => {
        if (plan.ranges.length === 0) plan = await started.plan()
        return plan.ranges.length > 0
      })
      return plan
    },
    async read(plan) {
      const { records, result } = await collect(source.chunks(plan.ranges, signal))
      ranges = [result]
      return records.map(({ at, offset }) => `${at} ${offset}`)
    },
    commit() {
      const [read] = ranges as [Parameters<ReceiverSource['committed']>[0]]
      checkpoint.commit(batchOf(checkpoint.resume.lastBatchId + 1, read, { source: 'kafka' }), () => {})
      source.committed(read)
    },
    async readUpTo(count) {
      const all: string[] = []
      while (all.length < count) {
        all.push(...(await started.read(await started.planned())))
        started.commit()
      }
      return all
    },
    close: () => source.close(),
  }
  const failing: BlockStore = {
    append(blocks: readonly Block[]) {
      attempts++
      if (started.storeFails !== null) throw started.storeFails
      store.append(blocks)
    },
    pending: () => store.pending(),
    read: (stored) => store.read(stored),
    walBytes: () => store.walBytes(),
    report: (receivers) => store.report(receivers),
  }
  source = new ReceiverSource(options as KafkaSourceOptions, { ...defaults, ...receiving }, failing, clock)
  onTestFinished(() => source.close())
  const { result } = await collect(source.open({ logId: null, positions: [] }, signal))
  checkpoint.register('kafka', result.logId, result.positions)
  return started
}
