// A real broker that lost the end of a log with its disk, and goes on in the same topic.

import { readFileSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { javaToolsAvailable } from '../support/kafka.ts'
import { type OwnBroker, startOwnBroker } from '../support/own-broker.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

/** A broker of its own: in `npm test` a fake one loses its records. */
const isFull = process.env['SPRK_TEST_FULL'] === '1'

const values = (name: string, count: number) => Array.from({ length: count }, (_, i) => `{"city":"${name}${i}"}`)

describe.skipIf(!isFull || !javaToolsAvailable)('a log that a real broker has cut', () => {
  let broker: OwnBroker

  beforeAll(async () => {
    broker = await startOwnBroker()
  }, 120_000)

  afterAll(async () => {
    await broker.stop()
  })

  /** Leaves the first batch of a log. */
  function cut(folder: string): void {
    const log = join(folder, '00000000000000000000.log')
    truncateSync(log, 12 + readFileSync(log).readInt32BE(8))
    for (const checkpoint of ['recovery-point-offset-checkpoint', 'replication-offset-checkpoint']) {
      rmSync(join(broker.data, checkpoint), { force: true })
    }
  }

  test('is told by the epoch of its leader, though it is longer than what was read', async () => {
    await broker.createTopic('events', 1)
    await broker.produce('events', 1, values('kept', 10))
    await broker.produce('events', 1, values('lost', 5))
    const { path, state } = pipelineFile({
      topic: 'events',
      brokers: broker.address,
      transforms: '[{map: {city: city}}]',
      sink: '{sqlite: {table: log, mode: append}}',
    })
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    await broker.signal('SIGKILL')
    cut(join(broker.data, 'events-0'))
    await broker.restart()
    await broker.produce('events', 1, values('new', 40))
    const { code, stderr } = await runSprk(['run', path, '--once'])
    expect(stderr).toContain(
      'error[E_TRUNCATED]: events/0: saved offset 15 is beyond offset 10, where the log was truncated; 5 offsets that were read are no longer what they were, and the log goes up to 50\n',
    )
    expect(stderr).toContain(`reset ${path} --topic events:0 --to-offset 10 --allow-duplicates --execute\n`)
    expect(code).toBe(79)
    expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[15]])
  }, 120_000)
})
