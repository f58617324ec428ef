import { describe, expect, test } from 'vitest'
import { execute } from '../../../src/execution/execute.ts'
import type { Position } from '../../../src/log.ts'
import {
  noting,
  type RecordedBatch,
  RecordedSource,
  type Recording,
} from '../../../src/operations/replay/recorded-source.ts'
import { PartitionMap } from '../../../src/partition-map.ts'
import type { Progress } from '../../../src/progress.ts'
import type { Source } from '../../../src/source.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { type MemoryCheckpoint, memoryCheckpoint } from '../../support/memory-checkpoint.ts'
import { type MemoryLog, memoryLog, memorySource } from '../../support/memory-source.ts'
import { pacedSource } from '../../support/paced-source.ts'
import { partitionMap } from '../../support/partitions.ts'
import { collectingSink, planOf } from '../../support/plan.ts'

const ONCE = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 60_000 }

const at = (partition: number, next = 0): Position => ({
  ...{ topic: 'a', partition, next },
  topicId: null,
  leaderEpoch: null,
  tailHash: null,
})

/** `[partition, from, until]` */
type Range = readonly [number, number, number]

const batch = (batchId: number, batchTime: number, ...ranges: readonly Range[]): RecordedBatch => ({
  ...{ batchId, batchTime },
  ranges: ranges.map(([partition, fromOffset, untilOffset]) => ({
    ...{ topic: 'a', partition, topicId: null },
    ...{ fromOffset, untilOffset },
  })),
})

const recordingOf = (batches: readonly RecordedBatch[], changes: Partial<Recording> = {}): Recording => ({
  batches: batches.values(),
  final: new PartitionMap(),
  ends: new PartitionMap(),
  ...changes,
})

interface Repeat {
  readonly log: MemoryLog
  readonly recording: Recording
  /** By default a source over the log. */
  readonly create?: () => Source
  readonly checkpoint?: MemoryCheckpoint
  readonly maxBytes?: number
  readonly onProgress?: (progress: Progress) => void
}

/** What was written, and the batches: `time partition:from…until …`. */
async function repeat({ log, recording, create = () => memorySource(log), ...running }: Repeat) {
  const { checkpoint = memoryCheckpoint(), maxBytes = 1_000_000, onProgress } = running
  checkpoint.register('source', 'memory', [at(0), at(1)])
  const source = new RecordedSource(create, recording)
  const sink = collectingSink()
  const noted: unknown[] = []
  const ports = { source, checkpoint: noting(checkpoint, () => noted.push(source.repeated)), clock: manualClock() }
  const plan = planOf({ source, sinks: [sink], maxBytes })
  for await (const progress of execute(plan, ports, ONCE, new AbortController().signal)) {
    onProgress?.(progress)
  }
  await source.close()
  const batches = checkpoint.batches.map(({ batchTime, ranges }) =>
    [batchTime, ...ranges.map((range) => `${range.partition}:${range.fromOffset}…${range.untilOffset}`)].join(' '),
  )
  return { batches, noted, written: sink.written }
}

const letters = [...'abcdefghij']
const lettersAndDigits = () => memoryLog({ 'a/0': letters, 'a/1': [...'0123456789'] })

describe('RecordedSource', () => {
  test('repeats a batch in whole, even where more is kept of it than of a new one', async () => {
    const log = { ...memoryLog({ 'a/0': Array.from({ length: 30 }, () => 'x'.repeat(1000)) }), chunkRecords: 1 }
    const recording = recordingOf([batch(1, 100, [0, 0, 25])], { ends: partitionMap({ 'a/0': 30 }) })
    const { batches } = await repeat({ log, recording, maxBytes: 3000 })
    expect(batches).toEqual(['100 0:0…25', '1700000000000 0:25…28', '1700000000000 0:28…30'])
  })

  test('repeats batches at their bounds and times, whatever a batch may hold, and nothing else', async () => {
    const log = memoryLog({ 'a/0': Array.from({ length: 40 }, (_, i) => `v${i}`), 'a/1': letters })
    const batches = [batch(3, 100, [0, 0, 15], [1, 0, 2]), batch(4, 200, [1, 2, 3]), batch(9, 200, [0, 15, 40])]
    const repeated = await repeat({ log, recording: recordingOf(batches) })
    expect(repeated.batches).toEqual(['100 0:0…15 1:0…2', '200 1:2…3', '200 0:15…40'])
    expect(repeated.noted).toEqual([3, 4, 9])
  })

  test('goes on with new batches up to ends that were fixed, and at no others', async () => {
    const log = lettersAndDigits()
    const recording = recordingOf([batch(1, 100, [0, 0, 4])], {
      ends: partitionMap({ 'a/0': 8, 'a/1': 0 }),
    })
    const records = log.partitions.get('a/0') ?? []
    log.beforeChunk = () => void (records.length < 30 && records.push('late'))
    const repeated = await repeat({ log, recording })
    expect(repeated.written).toEqual(letters.slice(0, 8).map((letter) => `a/0 ${letter}`))
    expect(repeated.noted).toEqual([1, 'all'])
  })

  test('knows that the log reaches to the end of what is repeated, before the log was asked', () => {
    const unasked = { ...memorySource(lettersAndDigits()), latest: () => [0, 1].map((i) => ({ ...at(i), end: i * 9 })) }
    const recording = recordingOf([], { ends: partitionMap({ 'a/0': 8, 'a/1': 3 }) })
    const source = new RecordedSource(() => unasked, recording)
    expect(source.latest().map(({ end }) => end)).toEqual([8, 9])
  })

  test('keeps the rates of the run neither in repeated nor in new batches', async () => {
    const recording = recordingOf([batch(1, 100, [0, 0, 4])], { ends: partitionMap({ 'a/0': 8, 'a/1': 6 }) })
    const create = () => pacedSource(lettersAndDigits(), { maxRateOf: () => 1 }, manualClock())
    const repeated = await repeat({ log: lettersAndDigits(), recording, create })
    expect(repeated.batches).toEqual(['100 0:0…4', expect.stringMatching(/ 0:4…8 1:0…6$/)])
  })

  test('jumps where the recorded run was moved, also behind the last batch', async () => {
    const checkpoint = memoryCheckpoint()
    const batches = [batch(1, 100, [0, 0, 4], [1, 0, 2]), batch(2, 200, [0, 2, 5]), batch(3, 300, [0, 8, 9])]
    const recording = recordingOf(batches, {
      final: partitionMap({ 'a/0': 9, 'a/1': 7 }),
      ends: partitionMap({ 'a/1': 8 }),
    })
    const repeated = await repeat({ log: lettersAndDigits(), recording, checkpoint })
    expect(repeated.batches.slice(0, 3)).toEqual(['100 0:0…4 1:0…2', '200 0:2…5', '300 0:8…9'])
    expect(repeated.written.join()).toBe('a/0 a,a/0 b,a/0 c,a/0 d,a/1 0,a/1 1,a/0 c,a/0 d,a/0 e,a/0 i,a/1 7')
    expect(checkpoint.moves.map(({ partition, fromOffset, toOffset }) => [partition, fromOffset, toOffset])).toEqual([
      [0, 4, 2],
      [0, 5, 8],
      [1, 2, 7],
    ])
  })

  test('goes on where a killed replay stood, also between a jump and its batch', async () => {
    const checkpoint = memoryCheckpoint()
    await repeat({ log: lettersAndDigits(), recording: recordingOf([batch(1, 100, [0, 0, 4])]), checkpoint })
    checkpoint.move('source', [{ ...at(0), fromOffset: 4, toOffset: 2, cause: 'killed here' }])
    const rest = recordingOf([batch(2, 200, [0, 2, 6])])
    const { batches } = await repeat({ log: lettersAndDigits(), recording: rest, checkpoint })
    expect(batches).toEqual(['100 0:0…4', '200 0:2…6'])
    expect(checkpoint.moves).toHaveLength(1)
  })

  test('refuses with exit 79 where the log is shorter than a recorded batch', async () => {
    const log = lettersAndDigits()
    const recording = recordingOf([batch(1, 100, [0, 0, 4]), batch(2, 200, [0, 4, 12])])
    const checkpoint = memoryCheckpoint()
    await expect(repeat({ log, recording, checkpoint })).rejects.toMatchObject({
      exit: 79,
      message: 'a/0: recorded batch 2 read 4 to 12, which the log no longer has',
    })
    expect(checkpoint.batches).toHaveLength(1)
  })

  test('refuses with exit 79 and its own hint what a run may pass over', async () => {
    const lost = () => ({ ...lettersAndDigits(), starts: new Map<string, number>() })
    const hint = expect.stringContaining('sprk replay')
    const ends = partitionMap({ 'a/0': 10 })
    for (const recorded of [[batch(1, 100, [0, 0, 4]), batch(2, 200, [0, 4, 8])], [batch(1, 100, [0, 0, 4])]]) {
      const log = lost()
      log.beforeChunk = () => void log.starts.set('a/0', 6)
      const checkpoint = memoryCheckpoint()
      const failed = repeat({ log, recording: recordingOf(recorded, { ends }), checkpoint })
      await expect(failed).rejects.toMatchObject({ exit: 79, problems: [{ message: 'a/0: 2 are gone', hint }] })
      expect(checkpoint.moves).toEqual([])
      expect(checkpoint.batches).toHaveLength(1)
    }
    const ahead = repeat({ log: memoryLog({ 'a/0': [] }), recording: recordingOf([batch(1, 100, [0, 2, 4])]) })
    await expect(ahead).rejects.toMatchObject({ problems: [{ code: 'E_OFFSET_AHEAD', hint }] })
  })
})
