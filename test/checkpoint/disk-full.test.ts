import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Block } from '../../src/block.ts'
import { type Connection, connect } from '../../src/checkpoint/connection.ts'
import { fileFault, sqliteFault } from '../../src/checkpoint/faults.ts'
import { openCheckpoint } from '../../src/checkpoint/open.ts'
import { blockOf } from '../support/blocks.ts'
import { query } from '../support/sqlite.ts'
import { batchOf, commitRow, optionsFor, position, range, temporaryDirectory } from '../support/state-file.ts'

const FULL = expect.objectContaining({ exit: 74, code: 'E_DISK_FULL' })

const sqliteError = (code: string) => Object.assign(new Error(code), { code })

/** What the disk has no room for. */
interface Disk {
  readonly path: string
  /** COMMIT fails; `done`: though it was done. */
  commit: 'works' | 'fails' | 'done'
  isOpenable: boolean
}

async function open() {
  const disk: Disk = { path: join(temporaryDirectory(), 'state.db'), commit: 'works', isOpenable: true }
  const connectTo = (path: string): Connection => {
    if (!disk.isOpenable) throw sqliteFault(path, sqliteError('SQLITE_IOERR_SHMSIZE'))
    const connection = connect(path)
    return {
      prepare: connection.prepare,
      get inTransaction() {
        return connection.inTransaction
      },
      execute(sql) {
        const fails = sql === 'COMMIT' && disk.commit !== 'works'
        if (!fails || disk.commit === 'done') connection.execute(sql)
        if (fails) throw sqliteFault(path, sqliteError('SQLITE_FULL'))
      },
      close: connection.close,
    }
  }
  const checkpoint = await openCheckpoint(optionsFor(disk.path), undefined, connectTo)
  onTestFinished(() => checkpoint.close())
  checkpoint.register('source', null, [position(0, 100)])
  return { checkpoint, disk }
}

const rows = ({ path }: Disk) => query(path, 'SELECT n FROM results').flat()

describe('a full disk', () => {
  test('is told from other errors', () => {
    expect(sqliteFault('x', sqliteError('SQLITE_FULL'))).toEqual(FULL)
    expect(sqliteFault('x', sqliteError('SQLITE_IOERR_SHMSIZE'))).toEqual(FULL)
    expect(sqliteFault('x', sqliteError('SQLITE_IOERR_WRITE'))).toMatchObject({ exit: 74, code: 'E_IO' })
    for (const code of ['ENOSPC', 'EDQUOT']) expect(fileFault('x', sqliteError(code))).toEqual(FULL)
    expect(fileFault('x', sqliteError('EIO'))).toMatchObject({ exit: 74, code: 'E_IO' })
  })

  test('leaves nothing of a batch, which may be given again', async () => {
    const { checkpoint, disk } = await open()
    disk.commit = 'fails'
    for (const _ of [1, 2]) expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow(FULL)
    expect(rows(disk)).toEqual([])
    disk.commit = 'works'
    commitRow(checkpoint, 100, 110, 1n)
    commitRow(checkpoint, 110, 120, 2n)
    expect(rows(disk)).toEqual([1, 2])
  })

  test('that fills up while a sink writes leaves nothing either', async () => {
    const { checkpoint, disk } = await open()
    const [[pages]] = query(disk.path, 'PRAGMA page_count') as [[number]]
    let limit = pages
    const fill = () =>
      checkpoint.commit(
        {
          ...{
            batchId: 1,
            batchTime: 1,
            schedulingDelayMs: 0,
            processingMs: 0,
            rate: null,
            source: 'source',
            ranges: [],
          },
          ...{ counts: { processed: 0, filtered: 0, skipped: 0, deadLetters: 0, late: 0 }, deadLetters: [] },
        },
        (transaction) => {
          transaction.prepare(`PRAGMA max_page_count = ${limit}`).get()
          const insert = transaction.prepare('INSERT INTO results VALUES (?)')
          for (let n = 0n; n < 3000n; n++) insert.run(n)
        },
      )
    expect(fill).toThrow(FULL)
    expect(rows(disk)).toEqual([])
    limit = 1_000_000
    fill()
    expect(rows(disk)).toHaveLength(3000)
  })

  test('does not commit a batch twice whose COMMIT was done all the same', async () => {
    const { checkpoint, disk } = await open()
    disk.commit = 'done'
    commitRow(checkpoint, 100, 110, 1n)
    expect(rows(disk)).toEqual([1])
  })

  test.each([
    ['done', [1, 2]],
    ['fails', [1, 2]],
  ] as const)('that cannot even be read keeps the question open: COMMIT %s', async (commit, expected) => {
    const { checkpoint, disk } = await open()
    Object.assign(disk, { commit, isOpenable: false })
    for (const _ of [1, 2, 3]) expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow(FULL)
    Object.assign(disk, { commit: 'works', isOpenable: true })
    commitRow(checkpoint, 100, 110, 1n)
    expect(checkpoint.resume.lastBatchId).toBe(1)
    commitRow(checkpoint, 110, 120, 2n)
    expect(rows(disk)).toEqual(expected)
  })

  test('keeps the question open while receivers go on, and takes no batch twice', async () => {
    const { checkpoint, disk } = await open()
    Object.assign(disk, { commit: 'done', isOpenable: false })
    const batch = batchOf(1, [range(0, 100, 110)])
    const commit = () => checkpoint.commit(batch, (at) => at.prepare('INSERT INTO results VALUES (1)').run())
    expect(commit).toThrow(FULL)
    Object.assign(disk, { commit: 'works', isOpenable: true })
    checkpoint.blocks('source').report([])
    checkpoint.blocks('source').append([blockOf(0, 110, 120)])
    commit()
    expect([rows(disk), checkpoint.resume.lastBatchId]).toEqual([[1], 1])
  })

  test('keeps the question open for blocks, and takes none twice when more come with them', async () => {
    const { checkpoint, disk } = await open()
    const store = checkpoint.blocks('source')
    const first = [blockOf(0, 100, 110), blockOf(0, 110, 120)]
    Object.assign(disk, { commit: 'done', isOpenable: false })
    expect(() => store.append(first)).toThrow(FULL)
    Object.assign(disk, { commit: 'works', isOpenable: true })
    store.append([...first, blockOf(0, 120, 130)])
    store.append([blockOf(0, 130, 140)])
    expect(store.pending().map(({ fromOffset }) => fromOffset)).toEqual([100, 110, 120, 130])
  })

  test('may be met while partitions are registered', async () => {
    const { checkpoint, disk } = await open()
    Object.assign(disk, { commit: 'done', isOpenable: false })
    const register = () => checkpoint.register('source', null, [position(1, 7)])
    expect(register).toThrow(FULL)
    Object.assign(disk, { commit: 'works', isOpenable: true })
    register()
    expect(checkpoint.resume.positions.get('source')).toHaveLength(2)
  })

  test('can be closed while the question is open', async () => {
    const { checkpoint, disk } = await open()
    Object.assign(disk, { commit: 'fails', isOpenable: false })
    expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow(FULL)
    checkpoint.close()
  })

  test('that lets nobody see whether a batch was committed does not make it twice, though a receiver came between', async () => {
    const { checkpoint, disk } = await open()
    const store = checkpoint.blocks('source')
    disk.commit = 'done'
    disk.isOpenable = false
    const batch = batchOf(1, [range(0, 100, 110)])
    const commit = () =>
      checkpoint.commit(batch, (transaction) => transaction.prepare('INSERT INTO results VALUES (1)').run())
    expect(commit).toThrow(FULL)
    disk.commit = 'works'
    disk.isOpenable = true
    store.append([block(110, 120)])
    commit()
    commitRow(checkpoint, 110, 115, 2n)
    expect(rows(disk)).toEqual([1, 2])
    expect(store.pending().map(({ fromOffset, untilOffset }) => [fromOffset, untilOffset])).toEqual([[110, 120]])
  })

  test.each(['done', 'fails'] as const)(
    'that lets nobody see whether blocks were stored stores each once, whatever came between (%s)',
    async (commit) => {
      const { checkpoint, disk } = await open()
      checkpoint.register('source', null, [position(1, 0)])
      const store = checkpoint.blocks('source')
      const first = block(100, 110)
      disk.commit = commit
      disk.isOpenable = false
      expect(() => store.append([first])).toThrow(FULL)
      disk.commit = 'works'
      disk.isOpenable = true
      store.pending()
      if (commit === 'done') commitRow(checkpoint, 100, 110, 1n)
      store.append([first, block(110, 120), { ...block(0, 10), partition: 1 }])
      const pending = store
        .pending()
        .map(({ partition, fromOffset, untilOffset }) => [partition, fromOffset, untilOffset])
      const others = [
        [0, 110, 120],
        [1, 0, 10],
      ]
      expect(pending).toEqual(commit === 'done' ? others : [[0, 100, 110], ...others])
      // A block that does not follow is a bug again.
      expect(() => store.append([block(200, 210)])).toThrow('follows 200, but 120 was received')
    },
  )
})

function block(fromOffset: number, untilOffset: number): Block {
  const bytes = Buffer.from('bytes')
  const rest = { topicId: null, step: null, leaderEpoch: null, tailHash: null, aborted: [] }
  return { topic: 'events', partition: 0, fromOffset, untilOffset, ...rest, bytes, byteLength: bytes.length }
}
