import { describe, expect, test } from 'vitest'
import { Tag, type Variant, valueAt } from '../../src/column.ts'
import { jsonFormat } from '../../src/formats/json/format.ts'
import { describeFormat } from '../contract/format.ts'
import { chunkOf, collectRejects } from '../support/chunk.ts'
import { javascript, scanners, wasm } from '../support/json-scanner.ts'

for (const [name, load] of scanners)
  describeFormat(`json by ${name}`, {
    create: () => jsonFormat(load),
    fields: [{ path: ['type'] }, { path: ['properties', 'city'] }, { path: ['properties'] }, { path: ['n'] }],
    accepted: [
      '{"type":"track","properties":{"city":"São Paulo"},"n":-1.50e+3}',
      '{"n":{"type":[true]},"type":"a\\"b"}',
      ' { "type" : null , "properties" : [ { "city" : "x" } ] } ',
      '{"type":"track","properties":{"city":"Berlin","city":"Tokyo"},"n":9007199254740993}',
    ],
    refused: [
      '',
      ' ',
      '\uFEFF{}',
      '{"type":"a"',
      '{"type":"a"}{}',
      '[1]',
      '"x"',
      'null',
      Buffer.from('{"x":"\xff"}', 'latin1'),
    ],
  })

/** The fields of one record by dotted path, as variants; or the message of its reject. Both scanners give the same. */
function read(payload: string | Uint8Array, ...paths: string[]): unknown {
  const result = readBy(javascript, payload, paths)
  expect(readBy(wasm, payload, paths)).toEqual(result)
  return result
}

function readBy(load: typeof javascript | typeof wasm, payload: string | Uint8Array, paths: string[]): unknown {
  const rejects = collectRejects()
  const columns = jsonFormat(load)
    .open(paths.map((path) => ({ path: path.split('.') })))
    .read(chunkOf([payload]), rejects)
  const [reject] = rejects.all.get(0) ?? []
  return reject === undefined ? columns.map((column) => valueAt(column, 0)) : `${reject.code}: ${reject.message}`
}

const string = (text: string): Variant => ({ tag: Tag.STRING, text })
const number = (text: string): Variant => ({ tag: Tag.NUMBER, text })

describe('fields', () => {
  test('keeps the source text of numbers, objects and arrays', () => {
    const record = '{"a":-0,"b":9007199254740993,"c":1E400,"d":{ "x" : 1 },"e":[ "\\u0041" ]}'
    expect(read(record, 'a', 'b', 'c', 'd', 'e')).toEqual([
      number('-0'),
      number('9007199254740993'),
      number('1E400'),
      { tag: Tag.OBJECT, text: '{ "x" : 1 }' },
      { tag: Tag.ARRAY, text: '[ "\\u0041" ]' },
    ])
  })

  test('keeps numbers exact in a record with escaped keys', () => {
    expect(read('{"\\u006e":9007199254740993,"t\\u0079pe":"x"}', 'n', 'type')).toEqual([
      number('9007199254740993'),
      string('x'),
    ])
  })

  test('tells true and false apart and takes null for missing', () => {
    const [yes, no, nothing, missing] = read('{"a":true,"b":false,"c":null}', 'a', 'b', 'c', 'd') as Variant[]
    expect([yes?.tag, no?.tag, nothing, missing]).toEqual([Tag.TRUE, Tag.FALSE, null, null])
  })

  test('gives an object and fields of it side by side', () => {
    expect(read('{"a":{"b":{"c":"d"}}}', 'a', 'a.b.c', 'a.b', 'a.b.c')).toEqual([
      { tag: Tag.OBJECT, text: '{"b":{"c":"d"}}' },
      string('d'),
      { tag: Tag.OBJECT, text: '{"c":"d"}' },
      string('d'),
    ])
  })

  test('gives NULL for a path through an array or a scalar', () => {
    expect(read('{"a":[{"b":1}],"c":"b","d":1}', 'a.b', 'c.b', 'd.b')).toEqual([null, null, null])
  })

  test('takes the last of equal keys, and with a repeated parent nothing of the first', () => {
    expect(read('{"a":"x","a":1}', 'a')).toEqual([number('1')])
    expect(read('{"a":1,"a":"x"}', 'a')).toEqual([string('x')])
    expect(read('{"a":"x","\\u0061":null}', 'a')).toEqual([null])
    expect(read('{"a":{"b":"x","c":"y"},"a":{"c":"z"}}', 'a.b', 'a.c')).toEqual([null, string('z')])
    expect(read('{"a":{"b":"x"},"a":1}', 'a.b', 'a')).toEqual([null, number('1')])
  })

  test('finds keys that are empty, odd, not ASCII or of equal length', () => {
    const record = '{"":"empty","__proto__":"p","größe":"g","日本":{"x.y":"j"},"ab":"1","ba":"2"}'
    expect(read(record, '', '__proto__', 'größe', 'ab', 'ba', 'toString')).toEqual(
      ['empty', 'p', 'g', '1', '2'].map(string).concat([null as never]),
    )
    const columns = jsonFormat(wasm)
      .open([{ path: ['日本', 'x.y'] }])
      .read(chunkOf([record]), collectRejects())
    expect(columns.map((column) => valueAt(column, 0))).toEqual([string('j')])
  })

  test('takes space wherever JSON allows it', () => {
    const tokens = ['{', '"x"', ':', '[', '1', ',', '{', '}', ']', ',', '"a"', ':', '{', '"b"', ':', '"c"', '}', '}']
    for (const space of ['', ' ', '\n\t\r  ']) {
      const record = space + tokens.map((token) => token + space).join('')
      const object = tokens.slice(12, 17).map((token) => token + space)
      expect(read(record, 'a.b', 'a', 'y')).toEqual([
        string('c'),
        { tag: Tag.OBJECT, text: object.join('').trimEnd() },
        null,
      ])
    }
    expect(read('{"x": [1, {"y": 2}], "a": {"b": "c"}}', 'a.b')).toEqual([string('c')])
    expect(read('{"a":\v1}', 'a')).toBe('E_BAD_JSON: not valid JSON at byte 5: unexpected byte 0x0B')
  })

  test('finds what ends a string at every place of a word, up to the last byte of the buffer', () => {
    for (let length = 0; length < 12; length++) {
      const text = 'x~!#[]^_ 0{}'.slice(0, length)
      for (const end of ['', '\\n', 'é', '\\"']) {
        expect(read(`{"a":"${text}${end}","b":"c"}`, 'b')).toEqual([string('c')])
        expect(read(`{"a":"${text}${end}`, 'b')).toMatch(/unexpected end$/)
      }
      for (const bad of ['\u0000', '\u001f', '\n']) {
        const hex = bad.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
        const at = length + 6
        expect(read(`{"a":"${text}${bad}","b":"c"}`, 'b')).toBe(
          `E_BAD_JSON: not valid JSON at byte ${at}: unexpected byte 0x${hex}`,
        )
      }
    }
  })

  test('decodes every escape', () => {
    expect(read('{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\uDE00é"}', 'a')).toEqual([string('"\\/\b\f\n\r\tä😀é')])
  })

  test('gives the payload itself for the empty path', () => {
    const columns = jsonFormat(wasm)
      .open([{ path: [] }])
      .read(chunkOf([' {"a":1} ']), collectRejects())
    expect(valueAt(columns[0] as never, 0)).toEqual({ tag: Tag.OBJECT, text: '{"a":1}' })
  })

  test('reads nesting of any depth', () => {
    const depth = 200_000
    expect(read(`{"a":${'[{"b":'.repeat(depth)}1${'}]'.repeat(depth)},"c":"x"}`, 'c')).toEqual([string('x')])
    expect(read(`{"a":${'['.repeat(depth)}}`, 'c')).toBe(
      `E_BAD_JSON: not valid JSON at byte ${depth + 5}: unexpected '}'`,
    )
  })
})

describe('rejects', () => {
  test.each([
    ['{"type":"track"}}', "not valid JSON at byte 16: unexpected '}'"],
    ['{"a":}', "not valid JSON at byte 5: unexpected '}'"],
    ['{"a":1', 'not valid JSON at byte 6: unexpected end'],
    ['', 'not valid JSON at byte 0: unexpected end'],
    ['{"a":"x', 'not valid JSON at byte 7: unexpected end'],
    ['\uFEFF{}', 'not valid JSON at byte 0: unexpected byte 0xEF'],
    ['{"a":"\n"}', 'not valid JSON at byte 6: unexpected byte 0x0A'],
    ['{"a":"\u0000"}', 'not valid JSON at byte 6: unexpected byte 0x00'],
    ['{"a":01}', "not valid JSON at byte 6: unexpected '1'"],
    ['{"a":-}', "not valid JSON at byte 6: unexpected '}'"],
    ['{"a":1.}', "not valid JSON at byte 7: unexpected '}'"],
    ['{"a":nul}', "not valid JSON at byte 8: unexpected '}'"],
    ['{"a":"\\x"}', "not valid JSON at byte 7: unexpected 'x'"],
    ['{"a":"\\u12g4"}', "not valid JSON at byte 10: unexpected 'g'"],
    ['{"a":[1}]}', "not valid JSON at byte 7: unexpected '}'"],
    ["{'a':1}", "not valid JSON at byte 1: unexpected '''"],
    ['[1', 'not valid JSON at byte 2: unexpected end'],
    ['[1]x', "not valid JSON at byte 3: unexpected 'x'"],
    ['[1] ', 'a JSON object is expected'],
    ['"x"', 'a JSON object is expected'],
    ['null', 'a JSON object is expected'],
  ])('%j: %s', (payload, message) => {
    expect(read(payload, 'a')).toBe(`E_BAD_JSON: ${message}`)
    expect(read(payload)).toBe(`E_BAD_JSON: ${message}`)
  })

  test.each([
    ['a lone byte of a sequence', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['an overlong form of three bytes', [0xe0, 0x80, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence that is cut', [0xe6, 0x97]],
  ])('%s in a value or a key, wanted or not', (_, bytes) => {
    const bad = Buffer.from(bytes)
    const byte = `0x${bad.toString('hex', 0, 1).toUpperCase()}`
    const value = Buffer.concat([Buffer.from('{"a":"x'), bad, Buffer.from('"}')])
    const key = Buffer.concat([Buffer.from('{"a'), bad, Buffer.from('":1}')])
    expect(read(value, 'a')).toBe(`E_BAD_JSON: not valid JSON at byte 7: unexpected byte ${byte}`)
    expect(read(value, 'b')).toBe(`E_BAD_JSON: not valid JSON at byte 7: unexpected byte ${byte}`)
    expect(read(key, 'a')).toBe(`E_BAD_JSON: not valid JSON at byte 3: unexpected byte ${byte}`)
  })

  test.each(['\\ud800', '\\uDFFF', '\\udc00\\ud800', '\\ud83d\\n', '\\ud83d\\u0041', '\\\\\\ud83d'])(
    'a lone surrogate (%s) in a wanted string, and only there',
    (text) => {
      expect(read(`{"a":"${text}"}`, 'a')).toMatch(/^E_BAD_JSON: not valid JSON at byte \d+: lone surrogate \\u[dD]/)
      expect(read(`{"a":"${text}"}`, 'b')).toEqual([null])
    },
  )

  test('takes well-formed UTF-8 of every length', () => {
    const text = '\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}'
    expect(read(`{"${text}":"${text}"}`, text)).toEqual([string(text)])
  })
})
