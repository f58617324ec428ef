// Looking at a log some of whose partitions nobody can be asked about.

import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FAKE_TOPIC } from '../support/fake-broker.ts'
import { CLUSTER_LOG, startFakeCluster } from '../support/fake-cluster.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'

/** A cluster of three, and a pipeline on it. */
async function cluster(startingOffsets = 'earliest') {
  const { brokers, view, stop, close } = await startFakeCluster()
  onTestFinished(close)
  const [one, two] = brokers
  const { path } = pipelineFile({ topic: FAKE_TOPIC, brokers: one.address, startingOffsets })
  const sprk = (...args: string[]) => runSprk([...args, '--set', 'source.kafka.mirrorOffsets=false'])
  return { view, one, two, path, stop, sprk }
}

/** Takes connections, and says nothing. */
async function silentPort(): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

describe('a partition without a leader', () => {
  test('is named by status, beside the lag of the others', async () => {
    const { view, one, path, sprk } = await cluster()
    view.leaders = [1, -1, 3]
    // Before the first run, too.
    const unborn = await sprk('status', path)
    expect([unborn.code, unborn.stderr]).toEqual([0, ''])
    expect(unborn.stdout).toContain('  lag: 20 offsets in 2 of 3 partitions; not known of orders/1 (no leader)\n')

    view.leaders = [1, 2, 3]
    expect(await sprk('run', path, '--once')).toMatchObject({ code: 0 })
    one.log = { ...CLUSTER_LOG, end: 14 }
    view.leaders = [1, -1, 3]
    const json = await sprk('status', path, '-o', 'json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      lag: { offsets: 4, partitions: 2, lost: 0, away: [{ topic: 'orders', partition: 1, why: 'no leader' }] },
      lagUnknown: null,
    })
    const csv = await sprk('status', path, '-o', 'csv')
    expect(csv.stdout).toMatch(/,pipelineChange,away\n.*,4,0,0,0,none,1\n$/)
    const fleet = await runSprk(['status', path, path, '--set', 'source.kafka.mirrorOffsets=false'])
    expect(fleet.stdout.match(/ >= 4 /g)).toHaveLength(2)
  })

  test('is shown without numbers by offsets show, with a warning, and the total says that it is not all', async () => {
    const { view, path, sprk } = await cluster()
    view.leaders = [1, -1, 3]
    const unborn = await sprk('offsets', 'show', path)
    expect([unborn.code, unborn.stderr]).toEqual([
      0,
      'sprk: warning: not known, and in no total: orders/1 (no leader)\n',
    ])
    expect(unborn.stdout).toMatch(/orders +0 .*\norders +2 .*\ntotal +>= 20 /)
    view.leaders = [1, 2, 3]
    expect(await sprk('run', path, '--once')).toMatchObject({ code: 0 })
    view.leaders = [1, -1, 3]
    const text = await sprk('offsets', 'show', path)
    expect(text.stderr).toBe('sprk: warning: not known, and in no total: orders/1 (no leader)\n')
    expect(text.stdout).toMatch(/\norders +1 +10 +- +- +- +10 /)
    expect(text.stdout).toMatch(/\ntotal +>= 0 +30/)
    const json = await sprk('offsets', 'show', path, '-o', 'json')
    const shown = JSON.parse(json.stdout)
    expect(shown).toMatchObject({ away: [{ topic: 'orders', partition: 1, why: 'no leader' }], total: { lag: 0 } })
    expect(shown.partitions.map(({ status }: { status: string }) => status)).toEqual(['ok', 'unknown', 'ok'])
  })

  test('does not keep a new pipeline that names its offsets from showing the others', async () => {
    const { view, path, sprk } = await cluster('{offsets: {orders: {0: 3, 1: 4, 2: latest}}}')
    view.leaders = [1, -1, 3]
    const { stdout } = await sprk('status', path)
    expect(stdout).toContain('  lag: 7 offsets in 2 of 3 partitions; not known of orders/1 (no leader)\n')
  })
})

describe('a leader', () => {
  test('that is down, and still named by the others, costs only its own partitions', async () => {
    const { two, path, stop, sprk } = await cluster()
    await stop(two)
    const { code, stdout } = await sprk('status', path)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      / {2}lag: 20 offsets in 2 of 3 partitions; not known of orders\/1 \(.*127\.0\.0\.1:\d+.*\)\n/,
    )
  })

  test('that takes connections and says nothing is not waited for', async () => {
    const { view, one, path, sprk } = await cluster()
    view.brokers = [one, { id: 2, port: await silentPort() }, ...view.brokers.slice(2)]
    const { code, stdout } = await sprk('status', path)
    expect(code).toBe(0)
    expect(stdout).toContain(
      '  lag: 20 offsets in 2 of 3 partitions; not known of orders/1 (its leader does not answer)\n',
    )
  })
})

test('without any leader nothing is known: exit 69, and status says why', async () => {
  const { view, path, sprk } = await cluster()
  view.leaders = [-1, -1, -1]
  const { code, stdout } = await sprk('status', path, '--timeout', '500ms')
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('  lag: unknown: no progress for 500 ms: kafka: orders/0 has no leader'),
  ])
  expect(await sprk('offsets', 'show', path, '--timeout', '500ms')).toMatchObject({ code: 69, stdout: '' })
})
