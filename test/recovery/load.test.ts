// Kills at random times while a producer keeps writing: at the end everything that was produced counts once.

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bootstrap, createTopic, kafkaAvailable, offsets, produce } from '../support/kafka.ts'
import { randomFrom } from '../support/random.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const isFull = process.env['SPRK_TEST_FULL'] === '1'
const KILLS = isFull ? 100 : 5

interface Load {
  readonly title: string
  readonly batchInterval: string
  readonly maxRecords: number
  /** Of a message to the broker, at most. */
  readonly records: number
}

const LOADS: readonly Load[] = [
  { title: 'small batches', batchInterval: '10ms', maxRecords: 300, records: 100 },
  // Records are read and transformed before their batches are due.
  { title: 'large batches', batchInterval: '200ms', maxRecords: 100_000, records: 1000 },
]
const SEED = 20_260_101
const PARTITIONS = 3
const CITIES = ['Berlin', 'Kraków', 'Łódź', null]

/** After the first commit of a run that comes so far. */
const LONGEST_RUN_MS = 400

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function writePipeline(folder: string, topic: string, { batchInterval, maxRecords }: Load): string {
  const path = join(folder, 'load.yaml')
  writeFileSync(
    path,
    `name: load
source:
  kafka:
    brokers: ${bootstrap()}
    topics: [${topic}]
    startingOffsets: earliest
    maxRecordsPerBatch: ${maxRecords}
    format: json
batchInterval: ${batchInterval}
transforms:
  - map:
      city: cast(city as string)
      amount: cast(amount as bigint)
      partition: _metadata.partition
      at: _metadata.offset
sink:
  - sqlite:
      table: events
      mode: append
  - transforms:
      - reduceByKey:
          key: city
          values:
            count: count(*)
            total: sum(amount)
    sqlite:
      table: cities
      mode: merge
`,
  )
  return path
}

interface Sum {
  count: number
  total: number
}

/** Writes until it is stopped; every message is acknowledged. */
function startProducer(topic: string, random: () => number, { records }: Load) {
  const sums = new Map<string | null, Sum>()
  let isStopped = false
  let count = 0
  const work = async () => {
    while (!isStopped) {
      const messages = Array.from({ length: Math.floor(records * (0.2 + 0.8 * random())) }, () => {
        const city = CITIES[Math.floor(random() * CITIES.length)] ?? null
        const amount = Math.floor(random() * 1000)
        const sum = sums.get(city) ?? { count: 0, total: 0 }
        sums.set(city, { count: sum.count + 1, total: sum.total + amount })
        count += 1
        return { partition: Math.floor(random() * PARTITIONS), value: JSON.stringify({ city, amount }) }
      })
      await produce(topic, ...messages)
      await pause(random() * 20)
    }
    return { count, sums }
  }
  const done = work()
  done.catch(() => {})
  return {
    stop: () => {
      isStopped = true
      return done
    },
  }
}

describe.skipIf(!kafkaAvailable)('under load', () => {
  test.each(isFull ? LOADS : LOADS.slice(0, 1))(
    `${KILLS} kills at random times lose nothing and count nothing twice: $title`,
    async (load) => {
      const folder = mkdtempSync(join(tmpdir(), 'sprk-load-'))
      const state = join(folder, 'load.db')
      const topic = await createTopic(undefined, PARTITIONS)
      const pipeline = writePipeline(folder, topic, load)
      const producer = startProducer(topic, randomFrom(SEED), load)
      onTestFinished(async () => {
        await producer.stop()
        rmSync(folder, { recursive: true, force: true })
      })

      const random = randomFrom(SEED + 1)
      let hotStarts = 0
      let startMs = 0
      const lastBatches = new Set<string>()
      for (let kill = 0; kill < KILLS; kill++) {
        if (existsSync(`${state}-wal`) && statSync(`${state}-wal`).size > 0) hotStarts += 1
        const startedAt = performance.now()
        const running = startSprk(['run', pipeline, '--verbose'])
        if (kill % 3 === 2) await pause(random() * startMs)
        else {
          await running.waitFor(/batch \d+:/)
          startMs = performance.now() - startedAt
          await pause(random() * LONGEST_RUN_MS)
        }
        running.kill('SIGKILL')
        const { signal, stderr } = await running.done
        expect(signal, `kill ${kill}: ${stderr}`).toBe('SIGKILL')
        expect(stderr, `kill ${kill}`).not.toMatch(/error|warning/)
        lastBatches.add([...stderr.matchAll(/batch (\d+):/g)].at(-1)?.[1] ?? '')
      }
      const produced = await producer.stop()
      expect(await runSprk(['run', pipeline, '--once'])).toMatchObject({ code: 0, stderr: '' })

      // The test itself: kills came between commits, and runs had to begin with what a killed one left in the WAL.
      expect(lastBatches.size).toBeGreaterThan(KILLS / 2)
      expect(hotStarts).toBeGreaterThan(KILLS / 2)
      const ends = await offsets(topic)
      expect(ends.reduce((sum, { stable }) => sum + stable, 0)).toBe(produced.count)

      expect(query(state, 'SELECT partition, next FROM sprk_offsets ORDER BY partition')).toEqual(
        ends.map(({ stable }, partition) => [partition, stable]),
      )
      expect(query(state, 'SELECT sum(processed), sum(filtered) FROM sprk_batches')).toEqual([[produced.count, 0]])
      expect(query(state, "SELECT count(*), count(DISTINCT partition || ' ' || at) FROM events")).toEqual([
        [produced.count, produced.count],
      ])
      const cities = [...produced.sums].map(([city, { count, total }]) => [city, count, total])
      expect(query(state, 'SELECT city, count, total FROM cities ORDER BY city')).toEqual(
        cities.sort(([a], [b]) =>
          a === null ? -1 : b === null ? 1 : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))),
        ),
      )
      expect(query(state, 'PRAGMA integrity_check')).toEqual([['ok']])
    },
    KILLS * 5000 + 60_000,
  )
})
