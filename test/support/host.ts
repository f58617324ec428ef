// The surroundings of an operation in a test, and pipelines over logs in memory.

import type { LogPartition, LogView } from '../../src/log.ts'
import type { Notice } from '../../src/notice.ts'
import type { Host } from '../../src/operations/host.ts'
import type { Pipeline } from '../../src/operations/pipeline.ts'
import { byTopicPartition, partitionKey } from '../../src/record.ts'
import type { PipelineSpec } from '../../src/spec.ts'
import { manualClock } from './manual-clock.ts'
import { type MemoryLog, memorySource } from './memory-source.ts'
import { planOf } from './plan.ts'
import { optionsFor } from './state-file.ts'

/** `told`: the notices so far. */
export function testHost(): Host & { readonly told: readonly Notice[] } {
  const told: Notice[] = []
  const { holder } = optionsFor('')
  let ids = 0
  return {
    clock: manualClock(),
    version: '0.1.0',
    holder,
    newId: () => `id-${++ids}`,
    tell: (notice) => told.push(notice),
    told,
  }
}

/** Reads all of the log; named `test`, without sinks. */
export function memoryPipeline(log: MemoryLog, path: string): Pipeline {
  const plan = planOf({ source: memorySource(log), sinks: [] })
  const source = { ...plan.source, create: () => memorySource(log), view: () => memoryView(log) }
  const spec = { state: { path, mode: 0o600 }, timeZone: 'UTC' } as PipelineSpec // All that operations read of it.
  return { spec, plan: { ...plan, source } }
}

/** Its records are a second apart, the first one at 0. */
export function memoryView(log: MemoryLog): LogView {
  const partitions = () =>
    [...log.partitions].map(([key, values]): LogPartition => {
      const [, topic = '', partition] = /^(.*)\/(\d+)$/.exec(key) ?? []
      return {
        topic,
        partition: Number(partition),
        topicId: null,
        start: log.starts?.get(key) ?? 0,
        end: values.length,
      }
    })
  return {
    selects: (at) => log.partitions.has(partitionKey(at)),
    async *partitions() {
      return { logId: 'memory', partitions: partitions().sort(byTopicPartition) }
    },
    async *offsetsAt(wanted, timestamp) {
      const ends = new Map(partitions().map((at) => [partitionKey(at), at.end]))
      return new Map(
        wanted.map((at) => [
          partitionKey(at),
          Math.min(Math.ceil(timestamp / 1000), ends.get(partitionKey(at)) ?? Infinity),
        ]),
      )
    },
    async *starts() {
      return partitions().map(({ topic, partition, start: next }) => {
        return { topic, partition, next, topicId: null, leaderEpoch: null, tailHash: null }
      })
    },
    async *mirrored() {
      return null
    },
    async close() {},
  }
}
