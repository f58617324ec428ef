import { expect, test } from 'vitest'
import { info } from '../../src/notice.ts'
import type { BatchProgress } from '../../src/progress.ts'
import { barLine, barReporter } from '../../src/reporters/replay.ts'

function batch(fromOffset: number, untilOffset: number): BatchProgress {
  const range = { topic: 'a', partition: 0, topicId: null, fromOffset, untilOffset }
  return { kind: 'batch', sources: [{ ranges: [range] }] } as unknown as BatchProgress // the bar looks at nothing else
}

test('says how far a replay is, how fast, and how long it takes', () => {
  expect(barLine({ total: 1000, done: 500 }, 500, 250)).toBe(
    '[===============               ]  50 %  2,000 offsets/s  250 ms left',
  )
  expect(barLine({ total: 0, done: 0 }, 0, 0)).toBe('[==============================] 100 %  0 offsets/s')
  expect(barLine({ total: 10, done: 25 }, 25, 1000)).toContain('100 %  25 offsets/s  0 ms left')
})

test('draws over itself, no more often than can be seen, and is gone before a line', async () => {
  let now = 0
  const written: string[] = []
  const lines: string[] = []
  const others = {
    report: (progress: { kind: string }) => void (progress.kind === 'notice' && lines.push('notice')),
    close: () => void lines.push('closed'),
  }
  const reporter = barReporter({ total: 100, done: 20 }, { write: (text) => written.push(text) }, others, () => now)
  now = 100
  reporter.report(batch(20, 40))
  now = 150
  reporter.report(batch(40, 60))
  expect(written).toEqual([expect.stringMatching(/^\r\[=.* 40 % {2}200 offsets\/s {2}300 ms left$/)])
  reporter.report(info('something'))
  expect(written.at(-1)).toBe(`\r${' '.repeat((written[0]?.length ?? 0) - 1)}\r`)
  expect(lines).toEqual(['notice'])
  now = 300
  reporter.report(batch(60, 80))
  await reporter.close()
  expect(written.at(-1)).toMatch(/^\r +\r$/)
  expect(lines).toEqual(['notice', 'closed'])
})
