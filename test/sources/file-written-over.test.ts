// A file that is written over in place while it is read, as rotation by copying does.

import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Limits, Source } from '../../src/source.ts'
import { fileSource } from '../../src/sources/file/source.ts'
import { collect } from '../support/chunks.ts'
import { resultOf } from '../support/drain.ts'

const { signal } = new AbortController()
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

let folder: string
let path: string
let source: Source

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sprk-file-'))
  path = join(folder, 'words.txt')
})

afterEach(async () => {
  await source.close()
  rmSync(folder, { recursive: true, force: true })
})

async function opened(): Promise<Source> {
  source = fileSource({ topic: 'words.txt', path, skipBlank: false })
  await resultOf(source.open({ logId: null, positions: [] }, signal))
  return source
}

async function batch(from: Source, limits: Partial<Limits> = {}) {
  const { ranges } = await resultOf(from.plan({ ...UNBOUNDED, ...limits }, signal))
  const { records } = await collect(from.chunks(ranges, signal))
  return { values: records.map(({ value }) => value) }
}

describe('a file that is written over in place', () => {
  it.each([
    ['where it is longer than before', () => writeFileSync(path, 'one\ntwo\nthree\n')],
    ['where it is as long', () => writeFileSync(path, 'c\nd\n')],
    [
      'where a hole stands before the new lines',
      () => {
        truncateSync(path, 0)
        truncateSync(path, 4)
        appendFileSync(path, 'c\n')
      },
    ],
  ])('is told of: 79, %s', async (_, writeOver) => {
    writeFileSync(path, 'a\nb\n')
    const source = await opened()
    expect((await batch(source)).values).toEqual(['a', 'b'])
    writeOver()
    await expect(resultOf(source.plan(UNBOUNDED, signal))).rejects.toMatchObject({
      exit: 79,
      code: expect.stringMatching(/^E_FILE_(REPLACED|CHANGED)$/),
    })
  })

  it.each([1, 10])('is told of between a plan and its reading too (%i lines a batch)', async (size) => {
    writeFileSync(path, 'a\nb\n')
    const source = await opened()
    if (size === 1) await batch(source, { maxRecords: 1 })
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    writeFileSync(path, 'c\nd\n')
    await expect(collect(source.chunks(ranges, signal))).rejects.toMatchObject({ exit: 79 })
  })

  it('is read from its beginning as long as nothing of it was read', async () => {
    writeFileSync(path, 'a\nb\n')
    const source = await opened()
    writeFileSync(path, 'c\n')
    expect((await batch(source)).values).toEqual(['c'])
  })
})
