import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { client, createTopic, kafkaAvailable, produce, topicName, waitUntil } from '../support/kafka.ts'
import {
  counted,
  done,
  everything,
  HOUR,
  hourly,
  once,
  pasted,
  positions,
  reset,
  show,
  sprk,
} from '../support/offsets.ts'
import { type PipelineFile, pipelineFile } from '../support/pipeline-file.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

describe.skipIf(!kafkaAvailable)('sprk offsets', () => {
  const now = Date.now()
  let topic = ''
  let pipeline: PipelineFile

  beforeAll(async () => {
    topic = await createTopic(topicName('orders'), 2)
    await produce(topic, ...hourly(now, 0, 1))
    pipeline = pipelineFile({ topic })
  })

  test('show what a start would do before the first run', async () => {
    const { state, partitions, total, notes } = await show(pipeline)
    expect([state, total.lag, notes]).toEqual([null, 20, [expect.stringContaining('there is no state file yet')]])
    expect(partitions).toMatchObject([
      { topic, partition: 0, next: 0, start: 0, end: 10, lag: 10, status: 'new' },
      { topic, partition: 1, next: 0, start: 0, end: 10, lag: 10, status: 'new' },
    ])
    const offline = await sprk('offsets', 'show', pipeline.path, '--offline')
    expect(offline).toMatchObject({ code: 66, stderr: expect.stringContaining('error[E_NO_STATE]') })
  })

  test('show where it stands beside a run, from the file alone, and from a state file', async () => {
    const running = startSprk(['run', pipeline.path, '--verbose'])
    onTestFinished(() => running.kill('SIGKILL'))
    await running.waitFor(/batch 1:/)
    const online = await show(pipeline)
    expect(online).toMatchObject({ batchId: 1, offline: false, total: { lag: 0, lost: 0, lastBatchRecords: 20 } })
    expect(online.partitions[1]).toMatchObject({
      partition: 1,
      next: 10,
      end: 10,
      lag: 0,
      status: 'ok',
      lastBatchRecords: 10,
    })
    const offline = await show(pipeline, '--offline', '--set', 'source.kafka.brokers=127.0.0.1:1')
    expect(offline).toMatchObject({ offline: true, total: { lag: null } })
    expect(offline.partitions[1]).toMatchObject({ next: 10, end: null, status: 'unknown' })
    const alone = await show({ ...pipeline, path: pipeline.state })
    expect(alone).toEqual({ ...offline, state: pipeline.state })
    const refused = await reset(pipeline, '--to-latest', '--execute', '--wait-lock', '100ms')
    expect(refused).toMatchObject({
      code: 75,
      stdout: '',
      stderr: expect.stringContaining(`process ${running.pid} on`),
    })
    running.kill('SIGINT')
    await running.done
  })

  test.each<[string, (folder: string) => readonly string[], number]>([
    ['--to-earliest', () => ['--to-earliest'], 20],
    ['--to-offset', () => ['--to-offset', '4'], 12],
    ['--to-datetime', () => ['--to-datetime', new Date(now - 2 * HOUR - 90_000).toISOString()], 6],
    ['--by-duration', () => ['--by-duration', 'PT1H30M'], 4],
    ['--shift-by', () => ['--shift-by', '-3'], 6],
    ['--topic', () => ['--to-earliest', '--topic', `${topic}:1`], 10],
    ['--topic twice', () => ['--to-offset', '5', '--topic', `${topic}:0`, '--topic', `${topic}:1`], 10],
    [
      '--from-file',
      (folder) => {
        writeFileSync(join(folder, 'some.csv'), `topic,partition,offset\n${topic},1,8\n`)
        return ['--from-file', join(folder, 'some.csv')]
      },
      2,
    ],
  ])('reset with %s reads again what the plan said, and nothing else', async (_, target, again) => {
    const before = counted(pipeline.state)
    const unchanged = everything(pipeline.state)
    const dry = await reset(pipeline, ...target(pipeline.folder), '-o', 'json')
    expect(dry).toMatchObject(done)
    expect(JSON.parse(dry.stdout)).toMatchObject({
      executed: false,
      total: { readAgain: again, neverRead: 0 },
      needs: ['--allow-duplicates'],
    })
    expect(everything(pipeline.state)).toEqual(unchanged)
    expect(await reset(pipeline, ...target(pipeline.folder), '--allow-duplicates', '--execute')).toMatchObject(done)
    expect(positions(pipeline.state).reduce((sum: number, next) => sum + Number(next), 0)).toBe(20 - again)
    await once(pipeline)
    expect([positions(pipeline.state), counted(pipeline.state) - before]).toEqual([[10, 10], again])
  })

  test('reset forward leaves out what the plan said', async () => {
    const forward = pipelineFile({ topic })
    await once(forward)
    await reset(forward, '--to-earliest', '--allow-duplicates', '--execute')
    const dry = await reset(forward, '--to-datetime', new Date(now + HOUR).toISOString())
    expect(dry.stdout).toContain('20 records would never be read')
    expect(await pasted(dry.stdout)).toMatchObject(done)
    await once(forward)
    expect([positions(forward.state), counted(forward.state)]).toEqual([[10, 10], 20])
  })

  test('reset says of each sink what reading again does, and the line that it prints does it', async () => {
    const sinks = pipelineFile({
      topic,
      transforms: '[{map: {city: cast(city as string)}}]',
      sink: `
  - sqlite: {table: counts, mode: append}
  - sqlite: {table: last, mode: upsert, key: city}
  - discard`,
    })
    await once(sinks)
    const dry = await reset(sinks, '--shift-by', '-1', '--topic', `${topic}:0`)
    expect(dry.stdout.replace(/ +/g, ' ').split('\n')).toEqual([
      'topic partition from to read again never read',
      `${topic} 0 10 9 1 0`,
      'total 1 0',
      '',
      '1 record would be read again; results stay:',
      ' table counts: their rows are there twice',
      ' table last: the rows of their keys are overwritten, in the end by what they hold now',
      ' discard: nothing is kept',
      ' instead, to have each record once:',
      ` sprk replay ${sinks.path} --rebatch --replace`,
      'nothing was changed; this does it:',
      ` sprk offsets reset ${sinks.path} --shift-by -1 --topic ${topic}:0 --allow-duplicates --execute`,
      '',
    ])
    const refused = await reset(sinks, '--shift-by', '-1', '--topic', `${topic}:0`, '--execute')
    expect(refused).toMatchObject({
      code: 64,
      stdout: '',
      stderr: expect.stringContaining('1 record would be read again'),
    })
    expect(await pasted(refused.stderr)).toMatchObject({ ...done, stdout: expect.stringContaining('done: by -1') })
    expect(positions(sinks.state)).toEqual([9, 10])
    expect(query(sinks.state, 'SELECT action, detail FROM sprk_audit')).toEqual([
      ['offsets reset', `by -1\n${topic}/0: 10 -> 9`],
    ])
    expect(query(sinks.state, 'SELECT partition, from_offset, to_offset, cause FROM sprk_moves')).toEqual([
      [0, 10, 9, 'reset by -1'],
    ])
  })

  test('name no replay where none has what the reset reads, and export only what the pipeline reads', async () => {
    const late = pipelineFile({ topic, transforms: '[{map: {n: 1}}]', sink: '{sqlite: {table: counts, mode: append}}' })
    const other = `${topic}-other`
    const begin = ['--to-offset', '8', '--allow-loss', '--execute']
    expect(await reset(late, ...begin)).toMatchObject(done)
    await once(late)
    expect((await reset(late, '--to-earliest')).stdout).not.toContain('each record once')
    const { stdout } = await reset(late, '--shift-by', '-1')
    expect(stdout).toContain('instead, to have each record once')
    expect(await pasted(stdout, 'replay')).toMatchObject({ code: 0 })
    expect(counted(late.state)).toBe(4)

    const exported = await reset(late, '--export', '--set', `source.kafka.topics=[${other}]`)
    expect(exported).toMatchObject({ code: 0, stdout: '' })
    expect(exported.stderr).toBe(
      `sprk: warning: ${topic}/0, ${topic}/1: saved, but the pipeline does not read it any more: left out\n`,
    )
  })

  test('name the replay that has each record once, and it does', async () => {
    const merged = pipelineFile({ topic })
    await once(merged)
    const { stdout } = await reset(merged, '--to-offset', '4', '--allow-duplicates', '--execute')
    await once(merged)
    expect(counted(merged.state)).toBe(32)
    expect(await pasted(stdout, 'replay')).toMatchObject({ code: 0 })
    expect([positions(merged.state), counted(merged.state)]).toEqual([[10, 10], 20])
  })

  test('write a CSV that they read: where they stand, and where a reset would go', async () => {
    const file = join(pipeline.folder, 'offsets.csv')
    const saved = await reset(pipeline, '--export', '--set', 'source.kafka.brokers=127.0.0.1:1')
    expect(saved).toEqual({ ...done, stdout: `${topic},0,10\n${topic},1,10\n` })
    const planned = await reset(pipeline, '--export', '--shift-by', '-2', '--topic', topic)
    expect(planned.stdout).toBe(`${topic},0,8\n${topic},1,8\n`)
    writeFileSync(file, planned.stdout)
    expect(await reset(pipeline, '--from-file', file, '--allow-duplicates', '--execute')).toMatchObject(done)
    expect((await reset(pipeline, '--export')).stdout).toBe(planned.stdout)
    await once(pipeline)
  })

  test('reset before the first run begins there, and elsewhere as startingOffsets says', async () => {
    const fresh = pipelineFile({ topic, startingOffsets: 'latest' })
    const dry = await reset(fresh, '--to-offset', '7', '--topic', `${topic}:0`)
    expect(dry.stdout).toContain(`${topic}/1: begins at 10, as startingOffsets says`)
    expect(await pasted(dry.stdout)).toMatchObject(done)
    expect(positions(fresh.state)).toEqual([7, 10])
    await once(fresh)
    expect([positions(fresh.state), counted(fresh.state)]).toEqual([[10, 10], 3])
  })

  test('reset wants the pipeline file, not a state file', async () => {
    const refused = await reset({ ...pipeline, path: pipeline.state }, '--to-earliest')
    expect(refused).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('is a state file') })
  })

  test.each<[readonly string[], number, string]>([
    [[], 64, 'name a target: one of'],
    [['--to-earliest', '--to-latest'], 64, 'only one of them'],
    [['--to-offset', '11'], 79, '/0: offset 11 is not in the log, which goes from 0 to 10'],
    [['--shift-by', '-11'], 79, '/0: offset -1 is not in the log'],
    [['--to-earliest', '--topic', 'order'], 66, 'the pipeline reads no topic order'],
    [['--to-earliest', '--topic', '{topic}:2'], 66, 'reads no partition 2 of topic'],
    [['--to-earliest', '--topic', '{topic}:x'], 64, 'a topic and partitions such as'],
    [['--from-file', 'nowhere.csv'], 66, '--from-file nowhere.csv'],
    [['--from-file', '{csv}'], 64, 'a line is topic,partition,offset'],
    [['--from-file', '{csv}', '--topic', '{topic}'], 64, 'names its partitions itself'],
    [['--to-earliest', '--state', 'keep'], 64, 'no step of this one does'],
    [['--to-earliest', '--export', '-o', 'json'], 64, 'it does not go with -o json'],
    [
      ['--to-earliest'],
      64,
      '20 records would be read again: nothing was changed; add --allow-duplicates to accept this',
    ],
    [
      ['--to-earliest', '--allow-loss'],
      64,
      '20 records would be read again: nothing was changed; add --allow-duplicates to accept this',
    ],
    [['--to-earliest', '--set', 'source.kafka.brokers=127.0.0.1:1', '--timeout', '200ms'], 69, 'no progress'],
    [['--to-earliest', '--set', 'name=other', '--set', 'state=./counts.db'], 78, 'of pipeline counts, not of other'],
  ])('reset %j is refused with exit %i and changes nothing', async (args, code, words) => {
    const csv = join(pipeline.folder, 'bad.csv')
    writeFileSync(csv, `${topic},0,1\n${topic},zero,1\n`)
    const before = everything(pipeline.state)
    const filled = args.map((arg) => arg.replace('{topic}', topic).replace('{csv}', csv))
    const refused = await reset(pipeline, ...filled, '--execute')
    expect(refused).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) })
    expect(refused.stderr).toMatch(/^sprk: error\[E_/m)
    expect(everything(pipeline.state)).toEqual(before)
  })

  test('show where the consumer group stands elsewhere, for which only others can be the reason', async () => {
    // A group of its own, which has a member for a moment.
    const groupId = `group-of-${topic}`
    const set = ['--set', `source.kafka.groupId=${groupId}`]
    const mirrored = pipelineFile({ topic })
    expect(await sprk('run', mirrored.path, '--once', ...set)).toMatchObject(done)
    const { partitions } = await show(mirrored, ...set)
    expect(partitions.map((row: { groupOffset: number }) => row.groupOffset)).toEqual([10, 10])
    const admin = client().admin()
    await admin.connect()
    onTestFinished(() => admin.disconnect())
    await admin.setOffsets({ groupId, topic, partitions: [{ partition: 1, offset: '7' }] })
    const { stdout } = await sprk('offsets', 'show', mirrored.path, ...set)
    expect(stdout).toMatch(/partition +next +start +end +lag +group +last batch/)
    expect(stdout).toMatch(/1 +10 +0 +10 +0 +7 /)
    expect(stdout).toContain('the consumer group stands elsewhere in 1 of 2 partitions')
    const { stdout: alone } = await sprk('offsets', 'show', mirrored.path, '--offline')
    expect(alone).not.toContain('group')
  })

  test('reset waits for a run that goes on meanwhile, and then starts from where it has come', async () => {
    const shared = pipelineFile({ topic: await createTopic(undefined, 1) })
    const { topic: read } = shared
    await produce(read, ...hourly(now, 0))
    const running = startSprk(['run', shared.path, '--verbose'])
    onTestFinished(() => running.kill('SIGKILL'))
    await running.waitFor(/batch 1:/)
    const waiting = runSprk([
      'offsets',
      'reset',
      shared.path,
      '--shift-by',
      '-2',
      '--allow-duplicates',
      '--execute',
      '--wait-lock',
      '1m',
    ])
    await produce(read, ...hourly(now, 0))
    await waitUntil(() => positions(shared.state)[0] === 20)
    running.kill('SIGINT')
    await running.done
    expect(await waiting).toMatchObject(done)
    expect(positions(shared.state)).toEqual([18])
  })
})
