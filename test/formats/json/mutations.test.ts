import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { type Column, Tag, type Variant, valueAt } from '../../../src/column.ts'
import { jsonFormat } from '../../../src/formats/json/format.ts'
import { chunkOf, collectRejects } from '../../support/chunk.ts'

const TEXTS = 300_000
const PATHS = [['properties', 'city'], ['type'], ['n'], ['properties'], ['é'], [''], ['__proto__', 'x']]
const SEEDS = [
  '{"type":"track","properties":{"city":"São Paulo","x":[1,2,{"city":"no"}]},"n":-1.5e3}',
  '{"ip":"1.2.3.4","event":"login","properties":{"city":"Berlin","country":"DE"},"timestamp":"2026-01-01T00:00:00.000Z","type":"page","n":12}',
  ' { "type" : null , "n":0 , "properties": {"city":{"a":1}} }\n',
  '{"properties":{"city":"A"},"properties":{"x":1}}',
  '{"properties":{"city":"a","city":"b"},"type":[true,false,null]}',
  '{"type":"a\\"b\\u00e9\\ud83d\\ude00","é":"日本","":""}',
  '{"t\\u0079pe":"x","\\u00e9":1,"properties":{"c\\u0069ty":2}}',
  '{"n":9007199254740993,"n":1E400,"type":-0}',
  '{"__proto__":{"x":1},"type":"q","constructor":{}}',
  '{"a":[[[[]]]],"b":{"c":{}},"properties":[{"city":"x"}]}',
  '[1]',
  '"x"',
  '{}',
].map((text) => Buffer.from(text))
const ALPHABET = Buffer.from('{}[]",:\\/0123456789.eE+-truefalsn cityp\u0000\u0001\u007fãé日😀 \n\t\rud8')
const RAW = Buffer.from([0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xa0, 0xf0, 0xf4, 0x90, 0xff, 0xef, 0xbb])

test(`agrees with JSON.parse on ${TEXTS} mutated texts`, { timeout: 120_000 }, () => {
  const next = generator(20261121)
  const reader = jsonFormat().open(PATHS.map((path) => ({ path })))
  const seen = { valid: 0, refused: 0 }
  for (let done = 0; done < TEXTS; ) {
    const texts = Array.from({ length: Math.min(1 + next(200), TEXTS - done) }, () => mutated(next))
    const chunk = chunkOf(
      texts.map((value) => ({ value, key: next(2) ? null : '"', headers: next(2) ? [] : [['}', '"']] })),
    )
    const rejects = collectRejects()
    const columns = reader.read(chunk, rejects)
    texts.forEach((text, row) => {
      const wanted = wantedFields(text)
      seen[wanted === null ? 'refused' : 'valid']++
      const [reject] = rejects.all.get(row) ?? []
      // Judged before it is known whether a later equal key replaces the string: only here JSON.parse knows more.
      if (reject?.message.includes('lone surrogate') && wanted !== null && /\\u[dD][89a-fA-F]/.test(text.toString()))
        return
      if ((reject !== undefined) !== (wanted === null)) throw new Error(`judged otherwise by JSON.parse: ${text}`)
      if (!agrees(columns, row, wanted)) throw new Error(`read otherwise by JSON.parse: ${text}`)
    })
    done += texts.length
  }
  expect(seen.valid).toBeGreaterThan(TEXTS / 10)
  expect(seen.refused).toBeGreaterThan(TEXTS / 10)
})

function agrees(columns: readonly Column[], row: number, wanted: readonly unknown[] | null): boolean {
  return columns.every((column, i) => {
    const value = valueAt(column, row) as Variant | null
    return isDeepStrictEqual(value === null ? null : plain(value), wanted?.[i] ?? null)
  })
}

function plain(value: Variant): unknown {
  return value.tag === Tag.STRING ? value.text : JSON.parse(value.text)
}

/** What a reader has to give for a record; null where it has to be refused. */
function wantedFields(text: Buffer): unknown[] | null {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text))
  } catch {
    return null
  }
  if (!isObject(value)) return null
  const fields = PATHS.map((path) => path.reduce(member, value))
  return fields.some((field) => typeof field === 'string' && /\p{Surrogate}/u.test(field)) ? null : fields
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mutated(next: (below: number) => number): Buffer {
  let text: Buffer = pick(SEEDS, next)
  for (let times = next(4); times > 0; times--) text = mutation(text, next)
  return text
}

/** One byte, character or piece of another text put in, taken out or put in place of another. */
function mutation(text: Buffer, next: (below: number) => number): Buffer {
  const at = next(text.length + 1)
  const to = Math.min(text.length, at + (next(3) ? 0 : 1 + next(8)))
  return Buffer.concat([
    text.subarray(0, at),
    next(4) ? piece(next) : Buffer.alloc(0),
    text.subarray(next(3) ? to : to + 1),
  ])
}

function piece(next: (below: number) => number): Buffer {
  switch (next(8)) {
    case 0:
      return RAW.subarray(next(RAW.length)).subarray(0, 1 + next(2))
    case 1: {
      const other = pick(SEEDS, next)
      const from = next(other.length)
      return other.subarray(from, from + next(24))
    }
    default:
      return ALPHABET.subarray(next(ALPHABET.length)).subarray(0, 1)
  }
}

function pick<T>(items: readonly T[], next: (below: number) => number): T {
  return items[next(items.length)] as T
}

/** A linear congruential generator (Numerical Recipes): the same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % below
  }
}
