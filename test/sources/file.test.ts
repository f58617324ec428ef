// The source file, on real files.

import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EffectiveRange, Position } from '../../src/log.ts'
import type { Limits, Source, Start } from '../../src/source.ts'
import { fileSource } from '../../src/sources/file/source.ts'
import { collect } from '../support/chunks.ts'
import { drain, resultOf } from '../support/drain.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

let folder: string
let path: string
let sources: Source[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sprk-file-'))
  path = join(folder, 'words.txt')
  sources = []
})

afterEach(async () => {
  for (const source of sources) await source.close()
  rmSync(folder, { recursive: true, force: true })
})

function create(skipBlank = false): Source {
  const source = fileSource({ topic: 'words.txt', path, skipBlank })
  sources.push(source)
  return source
}

async function opened(start = NEW, skipBlank = false): Promise<Source> {
  const source = create(skipBlank)
  await resultOf(source.open(start, signal))
  return source
}

/** One batch; `once` reads up to the ends, with the notices that they come with. */
async function batch(source: Source, limits: Partial<Limits> = {}) {
  const plan = await resultOf(source.plan({ ...UNBOUNDED, ...limits }, signal))
  const { records, result, chunks } = await collect(source.chunks(plan.ranges, signal))
  return {
    values: records.map(({ value }) => value),
    offsets: records.map(({ offset }) => offset),
    result,
    chunks,
    plan,
  }
}

async function once(source: Source) {
  const { items, result: ends } = await drain(source.ends(signal))
  return { ...(await batch(source, { ends })), notices: items.map(({ message }) => message) }
}

/** What the state file would hold after a batch. */
function savedAfter(result: readonly EffectiveRange[]): Start {
  const positions = result.map(({ untilOffset, ...range }): Position => ({ ...range, next: untilOffset }))
  return { logId: null, positions }
}

describe('lines', () => {
  it('end with a newline, with or without a carriage return, and may be empty', async () => {
    writeFileSync(path, 'a\r\n\nb c\n\r\n\re\nf\r\r\n')
    const { values, offsets } = await batch(await opened())
    expect(values).toEqual(['a', '', 'b c', '', '\re', 'f\r'])
    expect(offsets).toEqual([0, 3, 4, 8, 10, 13])
  })

  it('of blanks are no records where the format says so', async () => {
    writeFileSync(path, '{}\n\n \t \r\n{"a":1}\n \n')
    const { values, offsets, result } = await batch(await opened(NEW, true))
    expect(values).toEqual(['{}', '{"a":1}'])
    expect(offsets).toEqual([0, 9])
    expect(result).toMatchObject([{ fromOffset: 0, untilOffset: 19 }])
  })

  it('have no byte order mark', async () => {
    writeFileSync(path, '\uFEFFa\n\uFEFFb\n')
    const { values, offsets } = await batch(await opened())
    expect(values).toEqual(['a', '\uFEFFb'])
    expect(offsets).toEqual([0, 5])
  })

  it('have no key, no time and no headers', async () => {
    writeFileSync(path, 'a\n')
    const source = await opened()
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    const { records } = await collect(source.chunks(ranges, signal))
    expect(records).toMatchObject([{ at: 'words.txt/0', key: null, timestamp: -1, timestampType: 0, headers: '00' }])
  })

  it.each([100, 262_143, 262_144, 262_145, 1_000_000])('of %i bytes are read whole', async (length) => {
    const lines = [1, length, 2, length, length, 0].map((bytes, i) => String(i).repeat(bytes))
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    expect((await batch(await opened())).values).toEqual(lines)
  })

  it('come in chunks that are bounded however long the file is', async () => {
    writeFileSync(path, 'twenty bytes a line\n'.repeat(100_000))
    const source = await opened()
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    const sizes = new Set<number>()
    const { records, chunks } = await collect(source.chunks(ranges, signal), ({ bytes }) => sizes.add(bytes.length))
    expect(records).toHaveLength(100_000)
    expect(chunks).toBeGreaterThan(7)
    expect(Math.max(...sizes)).toBeLessThan(300_000)
  })

  it('behind a long one come in chunks as before', async () => {
    writeFileSync(path, `${'x'.repeat(1_000_000)}\n${'twenty bytes a line\n'.repeat(100_000)}`)
    const source = await opened()
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    const lengths: number[] = []
    await collect(source.chunks(ranges, signal), ({ length }) => lengths.push(length))
    expect(lengths[0]).toBeLessThan(14_000)
    expect(Math.max(...lengths.slice(1))).toBeLessThan(14_000)
  })

  it('longer than memory are refused with their place', async () => {
    writeFileSync(path, 'a\n')
    truncateSync(path, 300_000_000)
    const source = await opened()
    expect((await batch(source)).values).toEqual(['a'])
    await expect(resultOf(source.plan(UNBOUNDED, signal))).rejects.toMatchObject({ exit: 65, code: 'E_LINE_TOO_LONG' })
  })
})

describe('a last line without a newline', () => {
  it('is left until it ends', async () => {
    writeFileSync(path, 'a\nb')
    const source = await opened()
    expect((await batch(source)).values).toEqual(['a'])
    appendFileSync(path, 'c')
    expect((await batch(source)).plan).toEqual({ ranges: [], more: 'no' })
    appendFileSync(path, 'd\ne')
    const { values, offsets } = await batch(source)
    expect([values, offsets]).toEqual([['bcd'], [2]])
    expect((await batch(source)).values).toEqual([])
    appendFileSync(path, '\n')
    expect((await batch(source)).values).toEqual(['e'])
  })

  it('is no reason for another batch at once', async () => {
    writeFileSync(path, 'a\nb\nc')
    expect((await batch(await opened(), { maxRecords: 2 })).plan.more).toBe('no')
    expect((await batch(await opened(), { maxRecords: 1 })).plan.more).toBe('bound')
  })

  it('is read by --once, which says so', async () => {
    writeFileSync(path, 'a\nb\r')
    const { values, notices, result } = await once(await opened())
    expect(values).toEqual(['a', 'b\r'])
    expect(notices).toEqual(['words.txt: the last line has no newline; it is read as it is, up to byte 4'])
    const again = await once(await opened(savedAfter(result)))
    expect(again).toMatchObject({ values: [], notices: [] })
  })

  it('is left by --once when it goes on meanwhile', async () => {
    writeFileSync(path, 'a\nb')
    const source = await opened()
    const ends = await resultOf(source.ends(signal))
    appendFileSync(path, 'c\nd')
    expect((await batch(source, { ends })).values).toEqual(['a'])
    const { items, result } = await drain(source.plan({ ...UNBOUNDED, ends }, signal))
    expect(result.ranges).toEqual([])
    expect(items.map(({ message }) => message)).toEqual([
      'words.txt: its last line is still being written; the next run reads it',
    ])
    expect((await batch(source)).values).toEqual(['bc'])
  })

  it('counts for the bounds of a batch', async () => {
    writeFileSync(path, 'a\nb')
    const source = await opened()
    const ends = await resultOf(source.ends(signal))
    const first = await batch(source, { ends, maxRecords: 1 })
    expect([first.values, first.plan.more]).toEqual([['a'], 'bound'])
    expect((await batch(source, { ends, maxRecords: 1 })).values).toEqual(['b'])
  })

  it('is refused when it went on after it was read', async () => {
    writeFileSync(path, 'a\nb')
    const { result } = await once(await opened())
    appendFileSync(path, 'c\nd\n')
    await expect(opened(savedAfter(result))).rejects.toMatchObject({ exit: 79, code: 'E_FILE_CHANGED' })
  })
})

describe('the file that was read', () => {
  const readAll = async (text = 'a\nb\nc\n'): Promise<Start> => {
    writeFileSync(path, text)
    return savedAfter((await batch(await opened())).result)
  }

  it('may grow, from less than its identity is made of too', async () => {
    let start = await readAll('')
    start = { ...start, positions: (await resultOf(create().open(NEW, signal))).positions }
    for (let i = 0; i < 4; i++) {
      appendFileSync(path, `${String(i).repeat(2000)}\n`)
      const { values, result } = await batch(await opened(start))
      expect(values).toEqual([String(i).repeat(2000)])
      start = savedAfter(result)
    }
  })

  it('is known under another name, and not read twice', async () => {
    const { positions } = await readAll()
    const start = { logId: null, positions: positions.map((one) => ({ ...one, topic: './old.txt' })) }
    await expect(opened(start)).rejects.toMatchObject({
      exit: 78,
      code: 'E_FILE_RENAMED',
      message: 'words.txt: this file was read before as ./old.txt, up to byte 6',
    })
    writeFileSync(join(folder, 'other'), 'a\nb\nc\n')
    renameSync(join(folder, 'other'), path)
    expect((await batch(await opened(start))).values).toEqual(['a', 'b', 'c'])
  })

  it('is told from one that was made anew with the same text', async () => {
    const start = await readAll()
    writeFileSync(join(folder, 'other'), 'a\nb\nc\n')
    renameSync(join(folder, 'other'), path)
    await expect(opened(start)).rejects.toMatchObject({ exit: 79, code: 'E_FILE_REPLACED' })
  })

  it('is told from one with other text at its beginning', async () => {
    const start = await readAll('a\nb\nc\n'.repeat(2000))
    writeFileSync(path, 'a\nB\nc\n'.repeat(2000))
    await expect(opened(start)).rejects.toMatchObject({ exit: 79, code: 'E_FILE_REPLACED' })
  })

  it('is told from one with other text where reading stopped', async () => {
    const text = 'a\nb\nc\n'.repeat(2000)
    const start = await readAll(text)
    writeFileSync(path, `${text.slice(0, -2)}C\n`)
    await expect(opened(start)).rejects.toMatchObject({ exit: 79, code: 'E_FILE_CHANGED' })
  })

  it('is refused when it is shorter, at the start and while it is read', async () => {
    const start = await readAll()
    const source = await opened(start)
    truncateSync(path, 4)
    await expect(opened(start)).rejects.toMatchObject({
      exit: 79,
      code: 'E_OFFSET_AHEAD',
      message: 'words.txt: it was read up to byte 6, and now has 4 bytes: it was truncated',
    })
    await expect(resultOf(source.plan(UNBOUNDED, signal))).rejects.toMatchObject({ exit: 79 })
  })

  it('is refused when it is cut between the plan and the reading', async () => {
    writeFileSync(path, 'a\nb\n')
    const source = await opened()
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    truncateSync(path, 2)
    await expect(collect(source.chunks(ranges, signal))).rejects.toMatchObject({ exit: 79 })
  })

  it('is refused where a saved offset is not the beginning of a line', async () => {
    const { positions } = await readAll()
    const start = { logId: null, positions: positions.map((one) => ({ ...one, next: 3, tailHash: null })) }
    await expect(opened(start)).rejects.toMatchObject({ exit: 79, code: 'E_FILE_CHANGED' })
  })

  it('is read to its end before another one under its name is told of', async () => {
    writeFileSync(path, 'a\n')
    const source = await opened()
    appendFileSync(path, 'b\n')
    renameSync(path, join(folder, 'words.txt.1'))
    writeFileSync(path, 'c\n')
    expect((await batch(source)).values).toEqual(['a', 'b'])
    await expect(resultOf(source.plan(UNBOUNDED, signal))).rejects.toMatchObject({ exit: 79, code: 'E_FILE_REPLACED' })
  })
})

describe('what cannot be read', () => {
  it('is a file that is not there', async () => {
    await expect(opened()).rejects.toMatchObject({ exit: 66, message: `${path}: there is no such file` })
  })

  it('is a directory', async () => {
    mkdirSync(path)
    await expect(opened()).rejects.toMatchObject({ exit: 66 })
  })

  it('is a device', async () => {
    path = '/dev/null'
    await expect(opened()).rejects.toMatchObject({ exit: 66 })
  })
})
