import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openCheckpoint } from '../../src/checkpoint/index.ts'
import { commitRow, openState, optionsFor, position, type TABLE, temporaryDirectory } from '../support/state-file.ts'

describe('a state file without a committed batch', () => {
  const changed = {
    fingerprint: {
      steps: [{ id: 'sqlite results', kind: 'sqlite', canonical: 'other', table: 'results' }],
      plan: 'plan two',
    },
    onOpen: [
      (transaction: Parameters<typeof TABLE>[0]) => {
        transaction.prepare('CREATE TABLE IF NOT EXISTS results (city TEXT) STRICT').run()
      },
    ],
  }
  const first = {
    fingerprint: {
      steps: [{ id: 'sqlite results', kind: 'sqlite', canonical: 'one', table: 'results' }],
      plan: 'plan one',
    },
  }

  test('takes a changed plan, and its tables instead of the empty ones', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await openState(path, first)
    checkpoint.register('source', null, [position(0, 7)])
    checkpoint.close()
    const again = await openState(path, changed)
    again.close()
    expect(again.resume.positions.get('source')).toEqual([position(0, 7)])
    const database = new Database(path, { readonly: true })
    onTestFinished(() => void database.close())
    expect(database.prepare("SELECT name FROM pragma_table_info('results')").pluck().all()).toEqual(['city'])
  })

  test('leaves a table alone that holds rows', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    ;(await openState(path, first)).close()
    const database = new Database(path)
    database.prepare('INSERT INTO results VALUES (1)').run()
    database.close()
    ;(await openState(path, changed)).close()
    const reader = new Database(path, { readonly: true })
    onTestFinished(() => void reader.close())
    expect(reader.prepare('SELECT n FROM results').pluck().all()).toEqual([1])
  })

  test('is bound to its plan by the first batch', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await openState(path, first)
    checkpoint.register('source', null, [position(0, 0)])
    commitRow(checkpoint, 0, 10, 1n)
    checkpoint.close()
    await expect(openCheckpoint(optionsFor(path, changed))).rejects.toMatchObject({ code: 'E_STATE_CHANGED' })
  })

  test('is refused when the table of its results is gone', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await openState(path, first)
    checkpoint.register('source', null, [position(0, 0)])
    commitRow(checkpoint, 0, 10, 1n)
    checkpoint.close()
    const database = new Database(path)
    database.exec('DROP TABLE results')
    database.close()
    await expect(openCheckpoint(optionsFor(path, first))).rejects.toMatchObject({ code: 'E_TABLE_GONE', exit: 74 })
  })
})
