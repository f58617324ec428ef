// `sprk run` on a batch that cannot be read: it says so at once, and the command that it names goes on behind it.

import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { FAKE_TOPIC, type FakeBroker, startFakeBroker } from '../support/fake-broker.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { encodeBatch } from '../support/record-batch.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const record = { value: '{"city":"a"}' }
/** Its last record was compacted away: the header alone tells where it ends. */
const bad = { baseOffset: 1, records: [record, record], lastOffsetDelta: 4 }

let broker: FakeBroker | undefined
afterEach(() => broker?.close())

const batches: [string, string, () => Buffer][] = [
  ['a gzip bomb of 4 GB', 'E_BATCH_TOO_LARGE', () => encodeBatch({ ...bad, codec: 1, payload: gzipBomb() })],
  ['damaged records', 'E_CORRUPT_BATCH', () => flipped(encodeBatch(bad))],
  [
    'a well-sealed batch of nonsense',
    'E_CORRUPT_BATCH',
    () => encodeBatch({ ...bad, payload: Buffer.from('nonsense') }),
  ],
  ['no gzip data', 'E_CORRUPT_BATCH', () => encodeBatch({ ...bad, codec: 1, payload: Buffer.from('nonsense') })],
]

describe.each(batches)('%s', (_, code, batch) => {
  it(`ends a run with ${code} and the command that passes it`, async () => {
    const others = [0, 6].map((baseOffset) => encodeBatch({ baseOffset, records: [record] }))
    broker = await startFakeBroker({
      partitions: [[others[0], batch(), others[1]].filter((each) => each !== undefined)],
      end: 7,
    })
    const file = pipelineFile({ topic: FAKE_TOPIC, brokers: broker.address })
    const { code: exit, stderr } = await runSprk(['run', file.path, '--once', '--timeout', '60s'])
    expect(stderr).toContain(`error[${code}]: ${FAKE_TOPIC}/0: the batch at offset 1 `)
    const command = `offsets reset ${file.path} --topic ${FAKE_TOPIC}:0 --to-offset 6 --allow-loss --execute`
    expect(stderr).toContain(`hint: to go on behind it, at offset 6, without its records: sprk ${command}\n`)
    expect(exit).toBe(65)

    expect(await runSprk(command.split(' '))).toMatchObject({ code: 0 })
    expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0 })
    expect(query(file.state, 'SELECT next FROM sprk_offsets')).toEqual([[7]])
  })
})

it('a batch whose header is damaged does not tell where it ends, and nothing is invented', async () => {
  const good = encodeBatch({ baseOffset: 0, records: [record] })
  const damaged = encodeBatch({ baseOffset: 1, records: [record] })
  damaged.writeInt32BE(1_000_000, 23)
  broker = await startFakeBroker({
    partitions: [[good, damaged, encodeBatch({ baseOffset: 2, records: [record] })]],
    end: 3,
  })
  const file = pipelineFile({ topic: FAKE_TOPIC, brokers: broker.address })
  const { stderr } = await runSprk(['run', file.path, '--once', '--timeout', '60s'])
  expect(stderr).toMatch(
    /E_CORRUPT_BATCH.*\n {2}hint: its header does not tell where it ends; .* --to-offset N --allow-loss/,
  )
})

function gzipBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(2 ** 28), { level: 9 })
  return Buffer.concat(Array.from({ length: 16 }, () => member))
}

function flipped(bytes: Buffer): Buffer {
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1
  return bytes
}
