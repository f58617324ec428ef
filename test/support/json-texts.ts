// Texts for fuzzing readers of JSON: sound ones made by chance, and mutations of them.

import { randomFrom } from './random.ts'

/** Paths into the texts. */
export const PATHS = [
  ['properties', 'city'],
  ['type'],
  ['n'],
  ['properties'],
  ['é'],
  [''],
  ['__proto__', 'x'],
  ['a rather long key'],
]

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
  '{"a rather long key":"fifteen bytes..","type":"sixteen bytes...","n":"seventeen bytes.."}',
  '{"type":"Ж日本語テキスト、もう少し長い文字列😀","n":"x\\ud83d","properties":{"city":"\\\\\\ud83d\\ude00"}}',
  '[1]',
  '"x"',
  '{}',
].map((text) => Buffer.from(text))
const ALPHABET = Buffer.from('{}[]",:\\/0123456789.eE+-truefalsn cityp\u0000\u0001\u007fãé日😀 \n\t\rud8')
const RAW = Buffer.from([0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xa0, 0xf0, 0xf4, 0x90, 0xff, 0xef, 0xbb])
const PIECES = ['x', 'é', '日', '😀', '\\n', '\\"', '\\\\', '\\u00e9', '\\ud83d\\ude00', '\\ud83d', '"', '\u0001', '}']
const SPACES = ['', '', '', '', ' ', '\n', '\t\r ']

type Pick = (below: number) => number

/** The same seed, the same texts. */
export function jsonTexts(seed: number): () => Buffer {
  const random = randomFrom(seed)
  const pick: Pick = (below) => Math.floor(random() * below)
  return () => {
    let text: Buffer = pick(3) ? oneOf(SEEDS, pick) : Buffer.from(object(pick, 3))
    for (let times = pick(4); times > 0; times--) text = mutation(text, pick)
    return text
  }
}

function object(pick: Pick, depth: number): string {
  const space = oneOf(SPACES, pick)
  const members = Array.from({ length: pick(6) }, () => {
    const key = pick(3) ? oneOf(oneOf(PATHS, pick), pick) : text(pick)
    return `${space}"${key}"${space}:${space}${value(pick, depth - 1)}`
  })
  return `${space}{${members.join(`${space},`)}${space}}${space}`
}

function value(pick: Pick, depth: number): string {
  switch (pick(depth > 0 ? 7 : 5)) {
    case 0:
      return oneOf(['true', 'false', 'null'], pick)
    case 1:
      return oneOf(['0', '-0', '12', '-1.50', '1e5', '2E-3', '0.1e+2', '123456789012345678901234567890'], pick)
    case 5:
      return object(pick, depth)
    case 6:
      return `[${Array.from({ length: pick(4) }, () => value(pick, depth - 1)).join(',')}]`
    default:
      return `"${text(pick)}"`
  }
}

/** Of any length up to 80, mostly plain: so that whatever ends a run stands at every place of a vector. */
function text(pick: Pick): string {
  const plain = 'abcdefghijklmnopqrstuvwxyz 0123456789'.repeat(2).slice(0, pick(2) ? pick(20) : pick(75))
  return pick(3) ? plain : plain + oneOf(PIECES, pick) + plain.slice(0, pick(8))
}

/** One byte, character or piece of another text put in, taken out or put in place of another. */
function mutation(text: Buffer, pick: Pick): Buffer {
  const at = pick(text.length + 1)
  const to = Math.min(text.length, at + (pick(3) ? 0 : 1 + pick(8)))
  return Buffer.concat([
    text.subarray(0, at),
    pick(4) ? piece(pick) : Buffer.alloc(0),
    text.subarray(pick(3) ? to : to + 1),
  ])
}

function piece(pick: Pick): Buffer {
  switch (pick(8)) {
    case 0:
      return RAW.subarray(pick(RAW.length)).subarray(0, 1 + pick(2))
    case 1: {
      const other = oneOf(SEEDS, pick)
      const from = pick(other.length)
      return other.subarray(from, from + pick(24))
    }
    default:
      return ALPHABET.subarray(pick(ALPHABET.length)).subarray(0, 1)
  }
}

function oneOf<T>(items: readonly T[], pick: Pick): T {
  return items[pick(items.length)] as T
}
