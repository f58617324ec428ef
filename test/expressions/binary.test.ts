// Bytes: the keys of records and the values of headers.

import { describe, expect, it } from 'vitest'
import { BINARY } from '../../src/types.ts'
import { columnOf, compileOver, run } from './support.ts'

const SCHEMA = [{ name: 'key', type: BINARY }]

function over(source: string, ...keys: readonly (readonly number[])[]) {
  const column = columnOf(
    BINARY,
    keys.map((bytes) => new Uint8Array(bytes)),
  )
  const { values, rejected } = run(compileOver(source, SCHEMA), [column], keys.length)
  return values.map((value, row) => rejected.get(row)?.code ?? value)
}

const long = (value: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return [...bytes]
}

describe('bytes', () => {
  it('that are no UTF-8 are refused, and never two keys made one', () => {
    const keys = [long(125n), long(128n), long(129n), [0xed, 0xa0, 0x80], [0xc3]]
    const refused = ['E_ENCODING', 'E_ENCODING', 'E_ENCODING', 'E_ENCODING']
    const sources = [
      'CAST(key AS string)',
      "concat(key, '')",
      "key || ''",
      'lower(key)',
      'upper(key)',
      'trim(key)',
      "split(key, 'x')[0]",
      "decode(key, 'UTF-8')",
    ]
    for (const source of sources) expect(over(source, ...keys).slice(1), source).toEqual(refused)
    for (const source of ["key LIKE '%'", "key || 'x' = 'x'"])
      expect(over(source, ...keys).slice(1), source).toEqual(refused)
  })

  it('keep the mark of their order', () => {
    expect(over('CAST(key AS string)', [0xef, 0xbb, 0xbf, 0x61])).toEqual(['\ufeffa'])
  })

  it.each([125n, 128n, 134n, 0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)])('are a long of Java: %s', (value) => {
    expect(over('CAST(conv(hex(key), 16, -10) AS bigint)', long(value))).toEqual([value])
  })

  it('are read in other charsets, or refused', () => {
    expect(over("decode(key, 'iso-8859-1')", [0xe9, 0x80])).toEqual(['é\u0080'])
    expect(over("decode(key, 'UTF-16LE')", [0xe9, 0x00])).toEqual(['é'])
    expect(over("decode(key, 'UTF-16')", [0xff, 0xfe, 0xe9, 0x00])).toEqual(['é'])
    expect(over("decode(key, 'UTF-32')", [0, 1, 0xf6, 0])).toEqual(['😀'])
    expect(over("decode(key, 'UTF-32')", [0xff, 0xfe, 0, 0, 0xe9, 0, 0, 0])).toEqual(['é'])
    expect(over("decode(key, 'UTF-32')", [0, 0, 0xd8, 0])).toEqual(['E_ENCODING'])
    expect(over("decode(key, 'US-ASCII')", [0xe9])).toEqual(['E_ENCODING'])
    expect(over("decode(key, 'UTF-16BE')", [0xd8, 0x00])).toEqual(['E_ENCODING'])
    expect(over("decode(key, 'latin1')", [0x61])).toEqual(['E_ENCODING'])
  })
})
