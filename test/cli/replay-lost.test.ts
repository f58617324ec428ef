// `sprk replay` where the log is no longer what the run has read: nothing disappears without a word.

import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createTopic, deleteRecords, kafkaAvailable, produce, recreateTopic } from '../support/kafka.ts'
import { change, contents, event, pipeline, succeed } from '../support/replay.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'
import { temporaryDirectory } from '../support/state-file.ts'

const events = (count: number, partition = 0) =>
  Array.from({ length: count }, (_, i) => ({ partition, value: event(i) }))

/** Runs it, and gives what it printed. */
async function refused(code: number, words: string, ...args: readonly string[]): Promise<string> {
  const result = await runSprk(args)
  expect(result.stderr, args.join(' ')).toContain(words)
  expect(result.code, args.join(' ')).toBe(code)
  return result.stderr
}

describe.skipIf(!kafkaAvailable)('sprk replay where the log has changed', () => {
  test('repeats all that was read of a run that was moved to its start', async () => {
    const topic = await createTopic()
    await produce(topic, ...events(20))
    const { path, state } = pipeline(topic, 'append')
    await refused(
      66,
      'has not run yet',
      'replay',
      path,
      '--from-offset',
      'earliest',
      '--to-offset',
      'latest',
      '--replace',
    )
    await succeed(
      'replay',
      path,
      '--from-offset',
      `${topic}:0:3`,
      '--to-offset',
      `${topic}:0:9`,
      '--into',
      `${state}.part`,
    )
    await succeed('run', path, '--once')
    const before = contents(state).results
    await succeed('offsets', 'reset', path, '--to-earliest', '--allow-duplicates', '--execute')
    const { code, stdout } = await runSprk(['replay', path, '--diff'])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/results +0 +0 +0\n/) })
    expect(await runSprk(['replay', path, '--replace'])).toMatchObject({ code: 0 })
    expect(contents(state).results).toEqual(before)
    expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[0]])
  })

  test('lets results of a topic that was created anew disappear only with --partial', async () => {
    const topic = await createTopic()
    await produce(topic, ...events(20))
    const { path, state, replayed } = pipeline(topic, 'append')
    await succeed('run', path, '--once')
    await recreateTopic(topic)
    await produce(topic, ...events(5))
    const anew = await runSprk([
      'replay',
      path,
      '--from-offset',
      'earliest',
      '--to-offset',
      'latest',
      '--into',
      `${state}.new`,
    ])
    expect(anew).toMatchObject({ code: 0, stderr: expect.stringContaining('the topic was created anew') })
    expect(query(`${state}.new`, 'SELECT sum(n) FROM results')).toEqual([[5]])
    const replace = ['replay', path, '--from-offset', 'earliest', '--rebatch', '--replace'] as const
    const toEnd = [...replace, '--partial', '--to-offset', 'latest']
    expect(await refused(79, 'created anew since the run read it', ...toEnd)).not.toContain('reset')
    await succeed('offsets', 'reset', path, '--to-earliest', '--allow-loss', '--allow-duplicates', '--execute')
    await succeed('run', path, '--once')
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[25]])
    const hint = await refused(64, 'the results of what it held before disappear', ...replace)
    expect(hint).toContain('hint: add --partial')
    expect(existsSync(replayed)).toBe(false)
    await refused(0, 'the results of what it held before disappear', ...replace, '--partial')
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[5]])
  })

  test('leaves it to the run to pass over records that it never read', async () => {
    const topic = await createTopic(undefined, 2)
    await produce(topic, ...events(20), ...events(4, 1))
    const { path, state, replayed } = pipeline(topic, 'append', 24)
    await succeed('run', path, '--once')
    await produce(topic, ...events(20))
    const before = contents(state)
    const behind = await refused(64, 'behind the end of every', 'replay', path, '--from-offset', '100')
    expect(behind).not.toContain('offsets reset')
    await refused(
      64,
      'would never be read',
      'replay',
      path,
      '--from-offset',
      '22',
      '--to-offset',
      'latest',
      '--replace',
    )
    expect(existsSync(replayed)).toBe(false)
    const some = ['replay', path, '--from-offset', '5', '--to-offset', 'latest', '--into', `${state}.part`]
    expect(await runSprk(some)).toMatchObject({ code: 0 })
    expect(query(`${state}.part`, 'SELECT partition, next FROM sprk_offsets')).toEqual([[0, 40]])
    await deleteRecords(topic, 0, 30)
    const replace = ['replay', path, '--from-offset', 'earliest', '--replace', '--partial'] as const
    await refused(79, 'stands at 20, and the log begins at 30: 10 offsets that were never read are gone', ...replace)
    expect(existsSync(replayed)).toBe(false)
    expect(contents(state)).toEqual(before)
    change(state, "UPDATE sprk_meta SET value = 'other' WHERE key GLOB 'log:*'")
    const other = await refused(79, 'E_OTHER_CLUSTER', 'replay', path, '--from-offset', '30', '--to-offset', 'latest')
    expect(other).not.toContain('offsets reset')
    expect(existsSync(replayed)).toBe(false)
  })

  test('replaces nothing where records between others are gone from the log', async () => {
    const topic = await createTopic()
    await produce(topic, ...events(30))
    const { path, state } = pipeline(topic, 'append', 10)
    await succeed('run', path, '--once')
    // As a compaction makes it: the log has three records fewer than were read.
    change(state, 'UPDATE sprk_batches SET processed = processed + 3 WHERE batch_id = 2')
    const before = contents(state)
    await refused(
      64,
      '3 of the records that the live run has read are no longer in the log',
      'replay',
      path,
      '--replace',
    )
    await refused(0, 'warning: 3 of the records', 'replay', path)
    const anew = ['--from-offset', 'earliest', '--rebatch', '--into', `${state}.new`]
    await refused(64, '3 of the records', 'replay', path, '--replace', ...anew)
    expect(contents(state)).toEqual(before)
    await refused(0, 'warning: 3 of the records', 'replay', path, '--replace', '--partial')
    expect(contents(state).results).toEqual(before.results)
    await succeed('replay', path, '--replace')
  })

  test('begins anew where recorded batches are no longer what was asked for', async () => {
    const topic = await createTopic()
    await produce(topic, ...events(20))
    const { path, state, replayed } = pipeline(topic, 'append', 10)
    await succeed('run', path, '--once')
    await succeed('replay', path, '--from-offset', '0')
    await succeed('offsets', 'reset', path, '--to-offset', '17', '--allow-duplicates', '--execute')
    await succeed('run', path, '--once')
    const named = ['replay', path, '--from-offset', '0', '--replace'] as const
    await refused(78, 'no longer what was asked for', ...named)
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[23]])
    rmSync(replayed)
    await refused(0, 'each offset once', ...named)
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[20]])
  })
})

test('sprk replay cuts no line of a file', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'pipeline.yaml')
  writeFileSync(join(directory, 'in.txt'), 'one\ntwo\nthree\n')
  writeFileSync(
    path,
    'name: lines\nsource: {file: {path: in.txt, format: text}}\nsink: {sqlite: {table: results, mode: append}}\nstate: live.db\n',
  )
  await succeed('run', path, '--once')
  await refused(64, 'byte 5 is not where a line begins', 'replay', path, '--from-offset', '5')
  await refused(64, 'byte 9 is not where a line begins', 'replay', path, '--to-offset', '9')
  expect(existsSync(join(directory, 'live.replay.db'))).toBe(false)
  await succeed('replay', path, '--from-offset', '4', '--to-offset', '8')
  expect(query(join(directory, 'live.replay.db'), 'SELECT count(*) FROM results')).toEqual([[1]])
})
