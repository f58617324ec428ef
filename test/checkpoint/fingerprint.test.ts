import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { Exit } from '../../src/errors.ts'
import { openState, temporaryDirectory, usedStateFile } from '../support/state-file.ts'

describe('a state file from when sinks were counted', () => {
  const plan = 'plan one'
  const step = (id: string, table: string) => ({ id, kind: 'sqlite', canonical: `append "${table}"` })
  const saved = { plan, steps: [step('sqlite', 'a'), step('sqlite-2', 'b')] }

  test('is opened, and knows them by their tables from then on', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const now = { plan, steps: [step('sqlite b', 'b'), step('sqlite a', 'a')] }
    await usedStateFile(path, saved)
    ;(await openState(path, { fingerprint: now })).close()
    const database = new Database(path, { readonly: true })
    const steps = database.prepare("SELECT key FROM sprk_meta WHERE key GLOB 'step:*' ORDER BY key").pluck().all()
    database.close()
    expect(steps).toEqual(['step:sqlite a', 'step:sqlite b'])
  })

  test('is refused where one of them is another', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    await usedStateFile(path, saved)
    const fingerprint = { plan, steps: [step('sqlite a', 'a'), step('sqlite c', 'c')] }
    await expect(openState(path, { fingerprint })).rejects.toMatchObject({
      exit: Exit.CONFIG,
      code: 'E_STATE_CHANGED',
      message: expect.stringContaining('sqlite-2 is no longer in the pipeline'),
    })
  })
})
