// A run that prunes its history is killed at calls that touch the state file: what was pruned went with a batch, or stayed,
// and the next run goes on to the same end.

import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyState } from '../../src/operations/verify/verify.ts'
import { splitBatch } from '../support/long-history.ts'
import { startSerialSprk } from '../support/serial-sprk.ts'
import { query } from '../support/sqlite.ts'
import { temporaryDirectory } from '../support/state-file.ts'
import { isFull } from './pipelines.ts'
import {
  killAt,
  SYSCALLS,
  type Syscall,
  sprkProgram,
  straceAvailable,
  type Target,
  threadsOf,
  trace,
} from './strace.ts'

const BATCHES = 10_250
/** Where not all are asked for: four of the calls that write. */
const KILLED_AT: readonly Syscall[] = isFull ? SYSCALLS : ['pwrite64']
const SOME = 4

const PIPELINE = `name: pruning
source:
  file:
    path: ../lines.txt
    format: text
    maxRecordsPerBatch: ${BATCHES}
transforms: [{countByValue: {}}]
sink: {sqlite: {table: counts, mode: merge}}
state: state/pipeline.db
`

function targetIn(directory: string): Target {
  mkdirSync(join(directory, 'state'), { recursive: true })
  const pipeline = join(directory, 'pipeline.yaml')
  const args = ['run', pipeline, '--once', '--quiet', '--set', 'source.file.maxRecordsPerBatch=20']
  return { program: sprkProgram, args, state: join(directory, 'state', 'pipeline.db') }
}

/** What stands in the file, of which each run has as much. */
function standing(state: string) {
  const [counts] = query(state, 'SELECT sum(count) FROM counts')
  const [kept] = query(state, 'SELECT min(batch_id), max(batch_id), sum(processed) FROM sprk_batches')
  const [pruned] = query(state, 'SELECT max(last_batch_id), ifnull(sum(processed), 0) FROM sprk_pruned')
  return { counts, kept, pruned, position: query(state, 'SELECT next FROM sprk_offsets') }
}

const problemsOf = (state: string) => verifyState(state).flatMap(({ problems }) => problems)

test.skipIf(!straceAvailable)(
  'a run that prunes, killed at calls that write, leaves all of a batch or nothing',
  async () => {
    const root = temporaryDirectory()
    const sprk = await startSerialSprk()
    const prepared = targetIn(join(root, 'prepared'))
    writeFileSync(join(root, 'prepared', 'pipeline.yaml'), PIPELINE)
    const lines = join(root, 'lines.txt')
    writeFileSync(lines, '1\n'.repeat(BATCHES))
    expect(await sprk.run(prepared.args.slice(0, 4))).toMatchObject({ code: 0 })
    splitBatch(prepared.state)
    appendFileSync(lines, '2\n'.repeat(40))
    let copies = 0
    const copy = () => {
      const directory = join(root, String(copies++))
      cpSync(join(root, 'prepared'), directory, { recursive: true })
      return targetIn(directory)
    }
    const before = standing(prepared.state)
    const whole = copy()
    const traced = await trace(whole)
    expect(traced, traced.output).toMatchObject({ code: 0 })
    expect(threadsOf(traced.calls)).toBe(1)
    const after = standing(whole.state)
    expect(problemsOf(whole.state)).toEqual([])
    expect(after).toMatchObject({ counts: [BATCHES + 40], kept: [252, BATCHES + 2, 10_039], pruned: [251, 251] })
    for (const syscall of KILLED_AT) {
      const points = traced.calls.filter((call) => call.syscall === syscall).length
      const step = isFull ? 1 : Math.ceil(points / SOME)
      for (let point = step; point <= points; point += step) {
        const target = copy()
        const dead = await killAt(target, syscall, point)
        expect(dead, `${syscall} ${point}: ${dead.output}`).toMatchObject({ signal: 'SIGKILL' })
        const left = standing(target.state)
        const batches = Number(left.kept?.[1]) - BATCHES
        // The first batch has pruned 251 others; the second one waits until there are a hundred more.
        expect(left.pruned, `after ${syscall} ${point}`).toEqual(batches === 0 ? before.pruned : after.pruned)
        expect([left.counts, problemsOf(target.state)]).toEqual([[BATCHES + 20 * batches], []])
        expect(await sprk.run(target.args)).toMatchObject({ code: 0 })
        expect(standing(target.state), `after ${syscall} ${point}`).toEqual(after)
        rmSync(join(target.state, '..', '..'), { recursive: true })
      }
    }
    await sprk.stop()
  },
  1_200_000,
)
