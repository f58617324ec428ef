// Batches of all codecs as other programs write them: the Java producer and librdkafka (kcat).

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { compressFrameSync } from 'lz4-napi'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.ts'
import { Exit, SprkError } from '../../src/errors.ts'
import { Brokers } from '../../src/kafka/client/brokers.ts'
import { MAX_BATCH_BYTES } from '../../src/kafka/protocol/compression.ts'
import { decodeFetch, encodeFetchRequest, FETCH } from '../../src/kafka/protocol/fetch.ts'
import { HEADER_BYTES, readBatchHeader } from '../../src/kafka/protocol/record-batch.ts'
import { countBy, foreignValues } from '../support/foreign.ts'
import { bootstrap, createTopic, javaTool, javaToolsAvailable, kafkaAvailable } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { randomFrom } from '../support/random.ts'
import { encodeBatch, seal } from '../support/record-batch.ts'
import { runSprk } from '../support/sprk.ts'
import { logWith, readAll } from './support.ts'

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
type Codec = (typeof codecs)[number]

const fixturesFile = fileURLToPath(new URL('batches.json', import.meta.url))

/** `PROGRAM CODEC` → record set, base64. Written again with SPRK_WRITE_FIXTURES=1. */
const fixtures: Record<string, string> = JSON.parse(readFileSync(fixturesFile, 'utf8'))

/** Repetitive as JSON is, with one that does not compress. */
function line(i: number): string {
  const noise = i % 17 === 0 ? Buffer.from(`${(i * 2654435761) % 4294967296}`.repeat(3)).toString('base64') : ''
  return JSON.stringify({ n: i, city: ['Berlin', 'São Paulo', '東京'][i % 3], note: `${noise}${'ab'.repeat(i % 50)}` })
}

function linesOf(records: number): string[] {
  return Array.from({ length: records }, (_, i) => line(i))
}

const hasKcat = spawnSync('kcat', ['-V']).status === 0

async function produceBy(program: string, topic: string, codec: Codec, records: number): Promise<void> {
  const input = `${linesOf(records).join('\n')}\n`
  if (program === 'kcat') {
    const args = ['-P', '-b', bootstrap(), '-t', topic, '-z', codec, '-X', 'linger.ms=200']
    const { status, stderr } = spawnSync('kcat', args, { input, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  } else {
    const args = ['--bootstrap-server', bootstrap(), '--topic', topic, '--compression-codec', codec]
    await javaTool('org.apache.kafka.tools.ConsoleProducer', [...args, '--batch-size', '65536'], input)
  }
}

/** The record set as the broker has it. */
async function fetchAll(topic: string): Promise<Buffer> {
  const cluster = new Brokers({ brokers: [bootstrap()], clientId: 'test' }, systemClock)
  try {
    const { brokers } = await cluster.metadata([topic])
    const at = { topic, partition: 0, topicId: null, leaderEpoch: -1 }
    const partitions = [{ ...at, fetchOffset: 0, maxBytes: 16_000_000 }]
    const body = encodeFetchRequest(FETCH, partitions, { maxWaitMs: 500, maxBytes: 16_000_000 })
    const bytes = await cluster.send(brokers[0]?.id ?? -1, FETCH.key, FETCH.version, body, 10_000)
    const [fetched] = decodeFetch(FETCH, partitions, bytes).partitions
    return Buffer.from(bytes.subarray(fetched?.start, fetched?.end))
  } finally {
    await cluster.disconnect()
  }
}

function expectAll(bytes: Buffer, records: number, from = 0): void {
  const read = readAll(logWith(bytes, from).log)
  expect(read.map(({ offset, value }) => `${offset} ${value}`)).toEqual(
    linesOf(records)
      .map((value, offset) => `${offset} ${value}`)
      .slice(from),
  )
}

const FIXTURE_RECORDS = 40

describe.each(Object.keys(fixtures))('a stored batch of %s', (name) => {
  const bytes = Buffer.from(fixtures[name] as string, 'base64')

  it('is compressed as it says', () => {
    expect(codecs[readBatchHeader(bytes, 0, bytes.length).codec]).toBe(name.split(' ')[1])
  })

  it('gives its records from every start offset', () => {
    for (let from = 0; from <= FIXTURE_RECORDS; from++) expectAll(bytes, FIXTURE_RECORDS, from)
  })
})

describe.each(Object.keys(fixtures).filter((name) => !name.endsWith('none')))('damaged %s', (name) => {
  const whole = Buffer.from(fixtures[name] as string, 'base64')
  const uniform = randomFrom(7)
  const random = () => Math.floor(uniform() * 2 ** 31)

  it('is told as corrupt, or read, whatever bytes it has: never a crash', () => {
    for (let round = 0; round < 1500; round++) {
      const bytes = Buffer.from(whole)
      for (let flips = 1 + (random() % 3); flips > 0; flips--) {
        const where = random() % 3 === 0 ? HEADER_BYTES + (random() % 24) : random() % (bytes.length - HEADER_BYTES)
        bytes[Math.max(where, HEADER_BYTES)] = random() % 2 === 0 ? random() & 255 : ([0, 127, 255][random() % 3] ?? 0)
      }
      readOrRefuse(seal(bytes))
    }
  })

  it('is told as corrupt when it was cut at any byte', () => {
    for (let end = HEADER_BYTES; end < whole.length; end += end < 200 ? 1 : 7) {
      const bytes = Buffer.from(whole.subarray(0, end))
      bytes.writeInt32BE(end - 12, 8)
      expect(readOrRefuse(seal(bytes))).toBe('E_CORRUPT_BATCH')
    }
  })
})

/** Reads it twice as after a second fetch; the error's code. */
function readOrRefuse(bytes: Buffer): string {
  try {
    const { log, add } = logWith(bytes)
    readAll(log)
    if (!log.isEmpty || log.position >= FIXTURE_RECORDS) return 'read'
    add()
    readAll(log)
    return 'read'
  } catch (error) {
    if (error instanceof SprkError && error.exit === Exit.BAD_RECORD) return error.code
    throw error
  }
}

describe('a batch that grows too large', () => {
  const zeros = Buffer.alloc(MAX_BATCH_BYTES + 1024)
  const bombs: [string, number, () => Buffer][] = [
    ['gzip', 1, () => gzipSync(zeros, { level: 1 })],
    ['snappy', 2, () => Buffer.from([0x81, 0x80, 0x80, 0x80, 0x01, 0, 0])],
    ['snappy in a frame', 2, xerialBomb],
    ['lz4', 3, () => compressFrameSync(zeros)],
    ['zstd', 4, zstdBomb],
  ]

  it.each(bombs)('is refused before it is in memory (%s)', (_, codec, bomb) => {
    const bytes = encodeBatch({ baseOffset: 5, codec, payload: bomb(), records: [{ value: 'x' }] })
    const before = process.memoryUsage().rss
    const { log } = logWith(bytes, 5)
    expect(() => readAll(log)).toThrow(
      expect.objectContaining({
        code: 'E_BATCH_TOO_LARGE',
        exit: Exit.BAD_RECORD,
        message: expect.stringMatching(TOO_LARGE),
      }),
    )
    if (codec !== 1) expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })
})

const TOO_LARGE =
  /^orders\/3: the batch at offset 5 would take more than 268435456 bytes when its \w+ data is decompressed$/

/** Blocks of 64 MB each, by their own word. */
function xerialBomb(): Buffer {
  const block = Buffer.concat([Buffer.from([0, 0, 0, 6]), Buffer.from([0x80, 0x80, 0x80, 0x20, 0, 0])])
  return Buffer.concat([Buffer.from('82534e41505059000000000100000001', 'hex'), ...Array(5).fill(block)])
}

/** Blocks that repeat one byte 128 KB times, 4 bytes each. */
function zstdBomb(): Buffer {
  const blocks = MAX_BATCH_BYTES / 131_072 + 1
  const bytes = Buffer.alloc(6 + blocks * 4)
  Buffer.from('28b52ffd0058', 'hex').copy(bytes)
  for (let i = 0; i < blocks; i++) bytes.writeUIntLE((131_072 << 3) | 2 | (i === blocks - 1 ? 1 : 0), 6 + i * 4, 3)
  return bytes
}

describe.skipIf(!kafkaAvailable)('what the broker has', () => {
  const programs = [...(javaToolsAvailable ? ['java'] : []), ...(hasKcat ? ['kcat'] : [])]
  const cells = programs.flatMap((program) => codecs.map((codec) => [program, codec] as const))

  it.each(cells)('from %s with %s is read, one record or thousands', async (program, codec) => {
    for (const records of process.env['SPRK_TEST_FULL'] ? [1, FIXTURE_RECORDS, 20_000] : [3000]) {
      const topic = await createTopic()
      await produceBy(program, topic, codec, records)
      const bytes = await fetchAll(topic)
      // librdkafka leaves a batch as it is that does not become smaller.
      if (records > 1) expect(codecs[readBatchHeader(bytes, 0, bytes.length).codec]).toBe(codec)
      for (const from of [0, 1, records >> 1, records - 1]) expectAll(bytes, records, from)
    }
  })

  it('of mixed codecs in one topic is counted by the program', async () => {
    const topic = await createTopic()
    for (const codec of hasKcat ? codecs : []) await produceBy('kcat', topic, codec, 300)
    for (const codec of !hasKcat && javaToolsAvailable ? codecs : []) await produceBy('java', topic, codec, 300)
    const { path } = pipelineFile({ topic, sink: 'console', maxRecordsPerBatch: 10_000 })
    const { code, stdout, stderr } = await runSprk(['run', path, '--once'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const city of ['Berlin', 'São Paulo', '東京'])
      expect(stdout).toMatch(new RegExp(`\\|\\s*${city}\\|\\s*500\\|`))
    const foreign = foreignValues([topic])
    if (foreign !== null) expect(countBy(foreign, 'city').map(([, n]) => n)).toEqual([500, 500, 500])
  })

  it.runIf(process.env['SPRK_WRITE_FIXTURES'])('is stored for tests without Kafka', async () => {
    const written: [string, string][] = []
    for (const [program, codec] of cells) {
      const topic = await createTopic()
      await produceBy(program, topic, codec, FIXTURE_RECORDS)
      written.push([`${program} ${codec}`, (await fetchAll(topic)).toString('base64')])
    }
    writeFileSync(fixturesFile, `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`)
  })
})
