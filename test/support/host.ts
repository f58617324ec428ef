// The surroundings of an operation in a test, and pipelines over logs in memory.

import { type LogPartition, type LogView, positionAt } from '../../src/log.ts'
import type { Notice } from '../../src/notice.ts'
import type { Host } from '../../src/operations/host.ts'
import type { Pipeline } from '../../src/operations/pipeline.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import { byTopicPartition, partitionKey } from '../../src/record.ts'
import type { PipelineSpec } from '../../src/spec.ts'
import { manualClock } from './manual-clock.ts'
import { type MemoryLog, memorySource } from './memory-source.ts'
import { placeOf } from './partitions.ts'
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
  const retain = { batchesMs: null, deadLettersMs: null }
  const spec = { state: { path, mode: 0o600 }, retain, timeZone: 'UTC' } as PipelineSpec // All that operations read of it.
  return { spec, plan: { ...plan, source } }
}

/** Its records are a second apart, the first one at 0. */
function memoryView(log: MemoryLog): LogView {
  const partitions = () =>
    [...log.partitions].map(([key, values]): LogPartition => {
      return { ...placeOf(key), topicId: null, start: log.starts?.get(key) ?? 0, end: values.length }
    })
  return {
    selects: (at) => log.partitions.has(partitionKey(at)),
    async *partitions() {
      return { logId: 'memory', partitions: partitions().sort(byTopicPartition), away: [] }
    },
    async *offsetsAt(wanted, timestamp) {
      const existing = PartitionMap.of(partitions())
      return PartitionMap.of(wanted, (at) => {
        return Math.min(Math.ceil(timestamp / 1000), existing.get(at)?.end ?? Infinity)
      })
    },
    async *starts() {
      return partitions().map((at) => positionAt(at, at.start))
    },
    async *mirrored() {
      return null
    },
    async close() {},
  }
}
