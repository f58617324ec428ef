import { describe, expect, test } from 'vitest'
import { type TargetOptions, targetOf } from '../../../src/cli/options/target.ts'
import { SprkError } from '../../../src/errors.ts'
import { describeTarget } from '../../../src/operations/offsets/target.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')
const target = (options: TargetOptions, timeZone = 'UTC') => targetOf(options, timeZone, NOW)

function refusal(options: TargetOptions): string {
  try {
    target(options)
  } catch (error) {
    if (error instanceof SprkError && error.exit === 64) return error.message
    throw error
  }
  throw new Error('it was taken')
}

describe('where to', () => {
  test.each<[TargetOptions, string]>([
    [{ toEarliest: true }, 'to earliest'],
    [{ toLatest: true }, 'to latest'],
    [{ toOffset: '42' }, 'to offset 42'],
    [{ shiftBy: '-5' }, 'by -5'],
    [{ shiftBy: '+5' }, 'by +5'],
    [{ fromFile: 'a.csv' }, 'from file a.csv'],
    [{ byDuration: '1h30m' }, 'to time 2026-01-31T10:30:00.000Z'],
    [{ byDuration: 'PT1H30M' }, 'to time 2026-01-31T10:30:00.000Z'],
    [{ byDuration: 'P1DT0.5S' }, 'to time 2026-01-30T11:59:59.500Z'],
    [{ byDuration: 'P1W' }, 'to time 2026-01-24T12:00:00.000Z'],
    [{ byDuration: '90000d' }, 'to time 1970-01-01T00:00:00.000Z'],
    [{ toDatetime: '2026-01-31T10:00:00Z' }, 'to time 2026-01-31T10:00:00.000Z'],
    [{ toDatetime: '2026-01-31T10:00:00.123+02:00' }, 'to time 2026-01-31T08:00:00.123Z'],
    [{ toDatetime: '2026-01-31T10:00:00.0001Z' }, 'to time 2026-01-31T10:00:00.001Z'],
    [{ toDatetime: '2026-01-31' }, 'to time 2026-01-31T00:00:00.000Z'],
  ])('%j is %s', (options, words) => {
    expect(describeTarget(target(options))).toBe(words)
  })

  test('reads a time without a zone in the zone of the pipeline', () => {
    const berlin = target({ toDatetime: '2026-07-01 10:00' }, 'Europe/Berlin')
    expect(describeTarget(berlin)).toBe('to time 2026-07-01T08:00:00.000Z')
  })

  test.each<[TargetOptions, string]>([
    [{}, '--to-earliest, --to-latest'],
    [{ toEarliest: true, toLatest: true }, '--to-earliest and --to-latest'],
    [{ toOffset: '1', fromFile: 'a.csv' }, '--to-offset and --from-file'],
    [{ toOffset: '-1' }, '--to-offset -1'],
    [{ toOffset: '1e3' }, '--to-offset 1e3'],
    [{ toOffset: '9007199254740993' }, '--to-offset 9007199254740993'],
    [{ shiftBy: 'back' }, '--shift-by back'],
    [{ shiftBy: '' }, '--shift-by '],
    [{ byDuration: 'PT' }, '--by-duration PT'],
    [{ byDuration: 'P' }, '--by-duration P'],
    [{ byDuration: '-1h' }, '--by-duration -1h'],
    [{ byDuration: 'P1M' }, '--by-duration P1M'],
    [{ toDatetime: 'yesterday' }, '--to-datetime yesterday'],
    [{ toDatetime: '2026-02-30T00:00:00Z' }, '--to-datetime 2026-02-30'],
  ])('refuses %j', (options, words) => {
    expect(refusal(options)).toContain(words)
  })
})
