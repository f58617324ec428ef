// A real broker that dies, hangs and comes back while a pipeline reads it: every record counts once.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { countBy, foreignValues } from '../support/foreign.ts'
import { javaToolsAvailable } from '../support/kafka.ts'
import { type OwnBroker, startOwnBroker } from '../support/own-broker.ts'
import { type RunningSprk, startSprk } from '../support/sprk.ts'

const FULL = process.env['SPRK_TEST_FULL'] === '1'
const RECORDS = 200_000
const KEYS = 7

describe.skipIf(!javaToolsAvailable)('a broker', () => {
  let broker: OwnBroker
  let folder: string
  let sprk: RunningSprk | undefined
  /** By another client. */
  let recounted: [unknown, number][] | null

  beforeAll(async () => {
    broker = await startOwnBroker()
    await broker.createTopic('events', 2)
    const values = Array.from({ length: RECORDS }, (_, i) => `{"key": ${i % KEYS}, "pad": "${'x'.repeat(200)}"}`)
    await broker.produce('events', 2, values)
    const foreign = foreignValues(['events'], broker.address)
    recounted = foreign && countBy(foreign, 'key')
  })

  afterAll(async () => {
    await broker.stop()
  })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sprk-outage-'))
  })

  afterEach(async () => {
    sprk?.kill('SIGKILL')
    await sprk?.done
    await rm(folder, { recursive: true, force: true })
  })

  /** Runs until some batches are committed, of many. */
  async function underWay(): Promise<RunningSprk> {
    const pipeline = join(folder, 'count.yaml')
    await writeFile(
      pipeline,
      `name: count
source:
  kafka:
    brokers: ${broker.address}
    topics: [events]
    startingOffsets: earliest
    maxRecordsPerBatch: 1000
    format: json
transforms:
  - map: {key: cast(key AS bigint)}
  - reduceByKey: {key: key, values: {n: count(*)}}
sink:
  sqlite: {table: counts, mode: merge}
`,
    )
    sprk = startSprk(['run', pipeline, '--once', '--json', '-v'], { timeoutMs: 110_000 })
    await sprk.waitFor(/"batchId":5\b/)
    return sprk
  }

  /** Offsets of the consumer group, which went away and came back with the broker. */
  async function mirrored(): Promise<number[]> {
    const admin = broker.client.admin()
    await admin.connect()
    const [topic] = await admin.fetchOffsets({ groupId: 'sprk-count', topics: ['events'] })
    await admin.disconnect()
    return (topic?.partitions ?? []).map(({ offset }) => Number(offset))
  }

  /** `isMirrored`: a run that ends soon after an outage has two seconds for the mirror, which may need more. */
  async function expectAllOnce(running: RunningSprk, { isMirrored = true } = {}): Promise<string[]> {
    const { code, stderr } = await running.done
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const database = new Database(join(folder, 'count.db'), { readonly: true })
    const rows = database.prepare('SELECT key, n FROM counts ORDER BY key').raw().all()
    const gaps = database
      .prepare(
        `SELECT count(*) AS n FROM (SELECT from_offset, lag(until_offset, 1, 0) OVER
         (PARTITION BY partition ORDER BY batch_id) AS before FROM sprk_batch_ranges) WHERE before <> from_offset`,
      )
      .pluck()
      .get()
    database.close()
    const expected = Array.from({ length: KEYS }, (_, key) => [key, Math.ceil((RECORDS - key) / KEYS)])
    expect(rows).toEqual(expected)
    expect(rows).toEqual(recounted ?? expected)
    expect(gaps).toBe(0)
    if (isMirrored) expect(await mirrored()).toEqual([RECORDS / 2, RECORDS / 2])
    return stderr.split('\n').filter((line) => line.includes('kafka: ') && !line.includes('mirrored'))
  }

  test.each(FULL ? (['SIGKILL', 'SIGTERM'] as const) : (['SIGKILL'] as const))(
    'that is ended by %s in mid-batch and started again is waited for, and each record counts once',
    async (name) => {
      const running = await underWay()
      await broker.signal(name)
      await running.waitFor(/trying again/)
      await broker.restart()
      const lines = await expectAllOnce(running)
      // One line at once, one when it is back; each further one is of a new outage, not of another attempt.
      expect(lines[0]).toMatch(/^sprk: warning: kafka: .*; trying again$/)
      expect(lines.at(-1)).toMatch(/kafka: working again after /)
      expect(lines.length).toBeLessThanOrEqual(6)
    },
  )

  test('that hangs for a while is waited for, without a word', async () => {
    const running = await underWay()
    await broker.signal('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await broker.signal('SIGCONT')
    expect(await expectAllOnce(running)).toEqual([])
  })

  test.runIf(FULL)(
    'that hangs for longer is told of, at once and every 30 s, and when it is back',
    async () => {
      const running = await underWay()
      await broker.signal('SIGSTOP')
      await running.waitFor(/does not answer/)
      await new Promise((resolve) => setTimeout(resolve, 35_000))
      await broker.signal('SIGCONT')
      const lines = await expectAllOnce(running, { isMirrored: false })
      // A broker that has slept so long may refuse once more before it works.
      expect(lines.filter((line) => line.includes('trying again')).length).toBeGreaterThanOrEqual(2)
      // Its partitions may find their leader a moment later.
      expect(lines.slice(-2).join(' ')).toMatch(/kafka: working again after \d+/)
    },
    150_000,
  )
})
