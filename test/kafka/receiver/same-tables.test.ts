// The same topic through direct and through receiver mode, however receivers are set: the same rows.

import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginTransaction, bootstrap, createTopic, kafkaAvailable, produce } from '../../support/kafka.ts'
import { randomFrom } from '../../support/random.ts'
import { breaksOf, receiverFile, rowsOf } from '../../support/receiver-file.ts'
import { type SerialSprk, startSerialSprk } from '../../support/serial-sprk.ts'
import { query } from '../../support/sqlite.ts'

const isFull = process.env['SPRK_TEST_FULL'] === '1'
const seed = Number(process.env['SPRK_TEST_SEED'] ?? Date.now() % 100_000)
const RUNS = process.env['SPRK_TEST_ALL'] === '1' ? 40 : isFull ? 10 : 4

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const hasKcat = spawnSync('kcat', ['-V']).status === 0

/** Records of all sizes; one of them is longer than a block, and those of a transaction in two do not count. */
async function fill(topic: string, partitions: number, random: () => number): Promise<void> {
  for (let round = 0; round < 6; round++) {
    for (let partition = 0; partition < partitions; partition++) {
      const count = Math.floor(random() * 300)
      const values = Array.from({ length: count }, (_, i) => `${topic} ${partition} ${round} ${i} ${'x'.repeat(i)}`)
      if (round % 3 === 2 && count > 0) {
        const transaction = await beginTransaction()
        await transaction.send(topic, ...values.map((value) => ({ value, partition })))
        await (random() < 0.5 ? transaction.abort() : transaction.commit())
      } else if (hasKcat && count > 0) {
        const codec = CODECS[Math.floor(random() * CODECS.length)] as string
        const args = ['-P', '-b', bootstrap(), '-t', topic, '-p', String(partition), '-z', codec, '-X', 'linger.ms=100']
        const { status, stderr } = spawnSync('kcat', args, { input: `${values.join('\n')}\n`, encoding: 'utf8' })
        if (status !== 0) throw new Error(stderr)
      } else await produce(topic, ...values.map((value) => ({ value, partition })))
    }
  }
  await produce(topic, { value: 'L'.repeat(5_000_000), partition: 0 }, { value: 'last', partition: partitions - 1 })
}

function pick<T>(random: () => number, ...from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T
}

describe.skipIf(!kafkaAvailable)(`direct and receiver mode (seed ${seed})`, () => {
  const random = randomFrom(seed)
  const topics: { name: string; rows: readonly unknown[][] }[] = []
  let sprk: SerialSprk

  beforeAll(async () => {
    sprk = await startSerialSprk()
    for (const partitions of process.env['SPRK_TEST_ALL'] === '1'
      ? [1, 3, 12]
      : [pick(random, 1, 2), pick(random, 3, 5, 12)]) {
      const name = await createTopic(undefined, partitions, { 'max.message.bytes': '8000000' })
      await fill(name, partitions, random)
      const direct = receiverFile({ topics: [name], receiver: null })
      expect(await sprk.run(['run', direct.path, '--once'])).toMatchObject({ code: 0 })
      topics.push({ name, rows: rowsOf(direct.state) })
    }
  })

  afterAll(() => sprk.stop())

  test.each(Array.from({ length: RUNS }, (_, i) => i))('make the same rows (%i)', async (i) => {
    const chosen = topics[i % topics.length]
    if (chosen === undefined) throw new Error('no topic')
    const receiver = {
      receivers: pick(random, 1, 2, 3, 4),
      threads: { [chosen.name]: pick(random, 1, 1, 2, 3) },
      blockInterval: pick(random, '50ms', '200ms', '1s'),
      blockQueueSize: pick(random, 1, 10),
      writeAheadLog: i % 2 === 0,
      ...(random() < 0.3 && { maxRate: pick(random, 1500, 5000) }),
    }
    const bounds = {
      maxRecordsPerBatch: pick(random, 300, 2000, 200_000),
      maxBytesPerBatch: pick(random, '20KB', '64MB'),
    }
    const file = receiverFile({ topics: [chosen.name], receiver, ...bounds })
    const ended = await sprk.run(['run', file.path, '--once'])
    const setting = JSON.stringify({ ...receiver, ...bounds })
    expect(ended, setting).toMatchObject({ code: 0, stderr: '' })
    expect(rowsOf(file.state), setting).toEqual(chosen.rows)
    expect(breaksOf(file.state), setting).toEqual([])
    expect(query(file.state, 'SELECT count(*) FROM sprk_blocks'), setting).toEqual([[0]])
    expect(await sprk.run(['verify', file.state]), setting).toMatchObject({ code: 0 })
  })
})
