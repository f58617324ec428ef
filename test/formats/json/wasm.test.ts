import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { buildScanner } from '../../../scripts/wasm.mjs'
import { Tag, type VariantColumn, valueAt } from '../../../src/column.ts'
import { JsonField } from '../../../src/formats/json/field.ts'
import { jsonFormat } from '../../../src/formats/json/format.ts'
import { pathTree } from '../../../src/formats/json/paths.ts'
import { loadScanner, wasmScanner } from '../../../src/formats/json/wasm.ts'
import { WasmScanner } from '../../../src/formats/json/wasm-scanner.ts'
import { chunkOf, collectRejects, type TestRecord } from '../../support/chunk.ts'
import { javascript, wasm } from '../../support/json-scanner.ts'

const file = new URL('../../../src/formats/json/json-scanner.wasm', import.meta.url)

/** The rows that the scanner of WebAssembly leaves to JavaScript, of records whose `a` and `b.c` are wanted. */
function unusualRows(records: readonly (TestRecord | string | Uint8Array | null)[]): number[] {
  const scanner = new WasmScanner(wasm())
  const stores = [scanner.createField(), scanner.createField()] as const
  const [a, c] = stores.map((store) => new JsonField(store)) as [JsonField, JsonField]
  const root = pathTree([
    { path: ['a'], field: a },
    { path: ['b', 'c'], field: c },
  ])
  scanner.setPaths(
    root,
    new Map([
      [a, stores[0]],
      [c, stores[1]],
    ]),
  )
  const chunk = chunkOf(records)
  for (const field of root.fields) field.begin(chunk.bytes, chunk.length)
  const rows: number[] = []
  scanner.scan(chunk, (row) => rows.push(row))
  return rows
}

/** What both scanners read from `a` of all records, which has to be the same. */
function readA(records: readonly (TestRecord | string | Uint8Array | null)[], rounds = 1): unknown[] {
  const [found, expected] = [wasm, javascript].map((load) => {
    const reader = jsonFormat(load).open([{ path: ['a'] }, { path: ['b', 'c'] }])
    const all: unknown[] = []
    for (let round = 0; round < rounds; round++) {
      const rejects = collectRejects()
      const columns = reader.read(chunkOf(records), rejects) as VariantColumn[]
      all.push(...records.map((_, row) => valueAt(columns[0] as VariantColumn, row)), rejects.all)
    }
    return all
  })
  expect(found).toEqual(expected)
  return (found as unknown[]).slice(0, records.length)
}

describe('the scanner of WebAssembly', () => {
  test('takes what is usual', () => {
    expect(
      unusualRows([
        '{"a":"x","b":{"c":1}}',
        '{"a":"São Paulo, 東京 😀","é":"x","b":{"c":"\\u00e9\\ud83d\\ude00\\n"}}',
        ' { "a" : [ 1 , { "x" : "\\"" } ] , "b" : null }\n',
        '{"x":{"y":[{},[],{"z":-1.5e3}]},"b":{"d":true,"c":false}}',
        `{"x":${'[{"y":'.repeat(500)}1${'}]'.repeat(500)}}`,
        `{"a":"${'x'.repeat(500_000)}"}`,
        '{}',
        null,
      ]),
    ).toEqual([])
  })

  test('leaves to JavaScript what is unusual', () => {
    const records = [
      '{"a":1}x',
      '{"\\u0061":1}',
      '{"b":{"\\u0063":1}}',
      '{"a":"\\ud83d"}',
      Buffer.from('{"x":"\xff"}', 'latin1'),
      `{"x":${'['.repeat(1026)}${']'.repeat(1026)}}`,
      `{"a":"${'x'.repeat(1_100_000)}"}`,
      '[1]',
      '',
    ]
    expect(unusualRows(records.flatMap((record) => ['{}', '{}', record]))).toEqual(records.map((_, i) => i * 3 + 2))
    readA(records.flatMap((record) => [record, '{"a":"x","b":{"c":2}}']))
  })

  test('reads records larger than its window between others', () => {
    const large = `{"a":"${'y'.repeat(1_500_000)}"}`
    const texts = readA(['{"a":"x"}', large, null, large, '{"a":"z"}']).map(
      (value) => (value as { text: string })?.text,
    )
    expect(texts.map((text) => text?.length)).toEqual([1, 1_500_000, undefined, 1_500_000, 1])
  })

  test('reads records in any order of their bytes', () => {
    const chunk = chunkOf(Array.from({ length: 2000 }, (_, i) => `{"x":"${'-'.repeat(i)}","a":${i}}`))
    const turned = { ...chunk, valueStarts: chunk.valueStarts.toReversed(), valueEnds: chunk.valueEnds.toReversed() }
    const [column] = jsonFormat(wasm)
      .open([{ path: ['a'] }])
      .read(turned, collectRejects()) as [VariantColumn]
    expect(Array.from({ length: 2000 }, (_, row) => column.textAt(row))).toEqual(
      Array.from({ length: 2000 }, (_, i) => String(1999 - i)),
    )
  })

  test('keeps what it has read when its memory grows within a chunk', () => {
    // Strings of 60 bytes that are all new, from both scanners in turn: the dictionary's parts move a dozen times.
    const record = (i: number) => `{"${i % 3 ? 'a' : '\\u0061'}":"${String(i).padStart(60, '0')}","b":{"c":"${i}"}}`
    const values = readA(Array.from({ length: 12_000 }, (_, i) => record(i)))
    expect(values).toEqual(values.map((_, i) => ({ tag: Tag.STRING, text: String(i).padStart(60, '0') })))
  })

  test('rests where most rows are unusual, and reads the same', () => {
    const unusual = Array.from({ length: 100 }, (_, i) => `{"\\u0061":"${i % 7}"}`)
    readA([...unusual, '{"a":"x"}'], 20)
  })

  test('reads objects whose keys change from record to record', () => {
    const keys = ['a', 'b', 'ab', 'a long key, longer than 16 bytes', 'é', 'fourteen bytes', 'thirteen byte']
    const records = Array.from({ length: 500 }, (_, i) => {
      const members = keys.map((_, k) => `"${keys[(k * (1 + (i % 6)) + i) % 7]}":${i * 7 + k}`)
      return `{${members.slice(i % 4).join(i % 5 ? ',' : ' , ')}}`
    })
    readA(records)
    readA([`{${Array.from({ length: 100 }, (_, i) => `"k${i}":${i}`).join(',')},"a":"x"}`, '{"a":1}'], 3)
  })
})

describe('without WebAssembly SIMD', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  const readsAlone = () => {
    const [column] = jsonFormat(() => loadScanner(file))
      .open([{ path: ['a'] }])
      .read(chunkOf(['{"a":"x"}']), collectRejects())
    return valueAt(column as VariantColumn, 0)
  }

  test('the scanner in JavaScript works alone where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined)
    expect(loadScanner(file)).toBeNull()
    expect(readsAlone()).toEqual({ tag: Tag.STRING, text: 'x' })
  })

  test('the scanner in JavaScript works alone where WebAssembly does not know the instructions', () => {
    const { CompileError } = (globalThis as { WebAssembly?: { CompileError: new (text: string) => Error } })
      .WebAssembly as { CompileError: new (text: string) => Error }
    const Module = class {
      constructor() {
        throw new CompileError('Wasm SIMD unsupported')
      }
    }
    vi.stubGlobal('WebAssembly', { Module })
    expect(loadScanner(file)).toBeNull()
    expect(readsAlone()).toEqual({ tag: Tag.STRING, text: 'x' })
  })

  test('the scanner in JavaScript works alone where the file is missing, or there is no memory', () => {
    expect(loadScanner(new URL('none.wasm', file))).toBeNull()
    vi.stubGlobal('WebAssembly', {
      ...(globalThis as { WebAssembly?: object }).WebAssembly,
      Instance: class {
        constructor() {
          throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory')
        }
      },
    })
    const [column] = jsonFormat(wasm)
      .open([{ path: ['a'] }])
      .read(chunkOf(['{"a":"x"}']), collectRejects())
    expect(valueAt(column as VariantColumn, 0)).toEqual({ tag: Tag.STRING, text: 'x' })
  })
})

describe('the build', () => {
  test('leaves the scanner beside the sources and beside the bundle', async () => {
    expect(wasmScanner()).not.toBeNull()
    const folder = mkdtempSync(join(tmpdir(), 'sprk-scanner-'))
    try {
      await buildScanner(folder)
      expect(loadScanner(pathToFileURL(join(folder, 'json-scanner.wasm')))).not.toBeNull()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
