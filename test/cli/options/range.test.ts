import { describe, expect, test } from 'vitest'
import { parseRange, type RangeOptions } from '../../../src/cli/options/range.ts'
import { PartitionMap } from '../../../src/partition-map.ts'
import { partitionMap } from '../../support/partitions.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000

function parse(options: Partial<RangeOptions>) {
  const { text: _text, ...spec } = parseRange(
    { fromOffset: [], toOffset: [], ...options },
    { now: NOW, timeZone: 'UTC' },
  )
  return spec
}

const spec = (changes: object) => ({
  from: 'recorded',
  fromNamed: new PartitionMap(),
  to: 'live',
  toNamed: new PartitionMap(),
  ...changes,
})
const time = (text: string) => ({ time: Date.parse(text) })

describe('parseRange', () => {
  test('repeats what was recorded where nothing is asked for', () => {
    expect(parse({})).toEqual(spec({}))
  })

  test('takes offsets, for all partitions or for some', () => {
    expect(parse({ fromOffset: ['7'], toOffset: ['latest'] })).toEqual(spec({ from: { offset: 7 }, to: 'latest' }))
    expect(parse({ fromOffset: ['earliest', 'a:0:3', 'a.b:12:earliest'] })).toEqual(
      spec({
        from: 'earliest',
        fromNamed: partitionMap<unknown>({ 'a/0': { offset: 3 }, 'a.b/12': 'earliest' }),
      }),
    )
    expect(parse({ fromOffset: ['a:0:3'], toOffset: ['a:0:latest'] })).toEqual(
      spec({
        from: null,
        fromNamed: partitionMap({ 'a/0': { offset: 3 } }),
        toNamed: partitionMap({ 'a/0': 'latest' }),
      }),
    )
  })

  test.each([
    ['2026-01-31', '2026-01-31T00:00:00Z'],
    ['2026-01-31T10:30Z', '2026-01-31T10:30:00Z'],
    ['2026-01-31T10:30:15.250+02:00', '2026-01-31T08:30:15.250Z'],
    ['1769855400', '2026-01-31T10:30:00Z'],
    ['1769855400123', '2026-01-31T10:30:00.123Z'],
    ['-48h', '2026-02-27T12:00:00Z'],
    ['-1h30m', '2026-03-01T10:30:00Z'],
    ['now', '2026-03-01T12:00:00Z'],
  ])('takes the time %s', (text, instant) => {
    expect(parse({ fromTime: text, toTime: text })).toEqual(spec({ from: time(instant), to: time(instant) }))
  })

  test.each([
    ['@-48h:-24h', NOW - 48 * HOUR, NOW - 24 * HOUR],
    ['@2026-01-31:1h', Date.parse('2026-01-31'), Date.parse('2026-01-31T01:00Z')],
    ['@2026-01-31T00:00Z:2026-02-01', Date.parse('2026-01-31'), Date.parse('2026-02-01')],
    ['@2026-01-31T10:30:00+05:30:2h', Date.parse('2026-01-31T05:00Z'), Date.parse('2026-01-31T07:00Z')],
    ['@-1m:end', NOW - 60_000, NOW],
    ['@:-1h', null, NOW - HOUR],
    ['@-1h', NOW - HOUR, null],
    ['@-1h:', NOW - HOUR, null],
  ])('takes both ends of %s, as rpk does', (text, from, to) => {
    const start = from === null ? 'earliest' : { time: from }
    expect(parse({ fromOffset: [text] })).toEqual(spec({ from: start, to: to === null ? 'live' : { time: to } }))
  })

  test.each([
    [{ fromOffset: ['-1'] }, 'is expected'],
    [{ fromOffset: ['1.5'] }, 'is expected'],
    [{ fromOffset: ['a:b:1'] }, 'is expected'],
    [{ fromOffset: ['@yesterday'] }, 'is expected'],
    [{ fromOffset: ['@:'] }, 'is expected'],
    [{ fromTime: '2026-02-30' }, 'a time is expected'],
    [{ toTime: 'soon' }, 'a time is expected'],
    [{ fromOffset: ['1', '2'] }, 'twice'],
    [{ fromOffset: ['1'], fromTime: '-1h' }, 'twice'],
    [{ fromOffset: ['@-2h:-1h'], toTime: '-1h' }, 'twice'],
    [{ fromOffset: ['latest'] }, 'nothing to repeat'],
    [{ fromOffset: ['a:0:latest'] }, 'nothing to repeat'],
    [{ toOffset: ['earliest'] }, 'nothing to repeat'],
    [{ toOffset: ['@-1h'] }, '--to-time'],
    [{ fromOffset: ['5'], toOffset: ['5'] }, 'the range is empty'],
    [{ fromOffset: ['a:0:5'], toOffset: ['5'] }, 'a/0: the range is empty'],
  ])('refuses %j with exit 64', (options, words) => {
    expect(() => parse(options)).toThrow(expect.objectContaining({ exit: 64, message: expect.stringContaining(words) }))
  })

  test('leads from a time in the place of an offset to the option for times', () => {
    expect(() => parse({ fromOffset: ['-48h'] })).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ hint: 'for a time: --from-time -48h' })] }),
    )
  })
})
