// A pipeline whose first batches were pruned, as people see it.

import { expect, test } from 'vitest'
import { verifyState } from '../../src/operations/verify/verify.ts'
import { fileJob } from '../support/file-job.ts'
import { pruneAllBut } from '../support/long-history.ts'
import { query } from '../support/sqlite.ts'

const JOB = `transforms: [{map: {n: cast(value as int)}}, {reduceByKey: {key: {odd: n % 2}, values: {n: count(*)}}}]
sink: {sqlite: {table: words, mode: merge}}
onError: deadLetter`
const LINES = ['1', '2', 'bad', '4', '5', '6', '7', '8', 'worse', '10']

/** Five batches of two lines, of which the first three were pruned. */
async function prunedJob() {
  const job = fileJob(JOB, { lines: LINES, more: ', maxRecordsPerBatch: 2' })
  expect(await job.sprk('run', 'words.yaml', '--once', '--quiet')).toMatchObject({ code: 0 })
  const before = query(job.state, 'SELECT * FROM words')
  pruneAllBut(job.state, 2)
  return { ...job, before }
}

test('is sound and says what was pruned, also when it has been reset and has gone on', async () => {
  const { sprk, state } = await prunedJob()
  const verified = await sprk('verify', 'words.db', '--against', 'words.yaml')
  expect(verified).toMatchObject({ code: 0, stderr: '' })
  expect(verified.stdout.split('\n').filter((line) => line.startsWith('?'))).toEqual([
    expect.stringMatching(
      /^\? {6}batches: 1 to 3, committed up to .*Z, were pruned \(`retain:`\): of them only totals/,
    ),
    '?      dead letters: 2 dead letters of batches up to 5 were pruned (`retain:`): of them only the number can be checked',
    '?      log: batches 1 to 3 were pruned: their ranges are not known',
  ])
  expect(await sprk('status', 'words.yaml')).toMatchObject({
    stdout: expect.stringMatching(
      / {2}errors: 2 dead letters kept, 2 of them pruned since; .*\n {2}pruned: batches 1 to 3 of 6 records, committed up to .*; the history begins with batch 4\n/,
    ),
  })
  const { pruned, deadLetters } = JSON.parse((await sprk('status', 'words.yaml', '-o', 'json')).stdout)
  expect([pruned, deadLetters]).toEqual([
    { lastBatchId: 3, committedAt: expect.stringMatching(/Z$/), numInputRows: 6, deadLetters: 2 },
    2,
  ])
  expect(await sprk('dead-letters', 'list', 'words.yaml')).toMatchObject({
    code: 0,
    stderr: 'sprk: warning: 2 older dead letters of batches up to 5 were pruned, as `retain:` says\n',
  })
  expect(
    await sprk('offsets', 'reset', 'words.yaml', '--to-earliest', '--allow-duplicates', '--execute'),
  ).toMatchObject({
    code: 0,
  })
  expect(await sprk('run', 'words.yaml', '--once', '--quiet')).toMatchObject({ code: 0 })
  expect(query(state, 'SELECT min(batch_id), max(batch_id) FROM sprk_batches')).toEqual([[4, 10]])
  expect(verifyState(state).flatMap(({ problems }) => problems)).toEqual([])
})

test('is replayed with new batches only, or from the first batch that is left', async () => {
  const { sprk, state, before } = await prunedJob()
  const refused = await sprk('replay', 'words.yaml', '--diff')
  expect(refused.code).toBe(79)
  expect(refused.stderr).toMatch(
    /error\[E_PRUNED\]: .*words.db: words.txt\/0: the range begins at 0, and batches 1 to 3 were pruned: where they were cut is no longer known\n {2}hint: add --rebatch .*\n/,
  )
  const left = await sprk('replay', 'words.yaml', '--from-offset', 'kept', '--into', 'left.db')
  expect(left).toMatchObject({ code: 0 })
  const put = await sprk('replay', 'words.yaml', '--replace', '--rebatch')
  expect(put).toMatchObject({ code: 0, stderr: expect.stringContaining('put in place; batches 1 to') })
  expect(query(state, 'SELECT * FROM words')).toEqual(before)
  // All of the history is new, and nothing of it was pruned.
  expect(query(state, 'SELECT count(*) FROM sprk_pruned')).toEqual([[0]])
  expect(verifyState(state).flatMap(({ problems, unchecked }) => [...problems, ...unchecked])).toEqual([])
})
