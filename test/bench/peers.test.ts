import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, test } from 'vitest'
import { chart } from '../../bench/harness/peer-chart.mjs'
import { report } from '../../bench/harness/peer-report.mjs'
import { countsOf } from '../../bench/harness/peer-result.mjs'
import { peers } from '../../bench/peers/list.mjs'
import { sourcesOf } from '../../bench/peers/toolchains.mjs'
import { bootstrap, deleteTopic, kafkaAvailable } from '../support/kafka.ts'

const run = promisify(execFile)
const result = (name: string, wallS: number) => ({
  ...{ name, title: name, versions: `${name} 1`, durable: 'kept' },
  rounds: [{ wallS, cpuS: wallS / 2, rssMb: 80 }],
})

describe('bench:peers', () => {
  it('writes ratios to sprk, the quickest first, and what was not measured', () => {
    const text = report([result('sprk', 1), result('b', 2), result('a', 0.5)], [{ title: 'c', reason: 'no C' }], {
      records: 5,
      load: 0.25,
    })
    expect(text).toContain(
      [
        '| a | 0.50 | 0.50 – 0.50 | 0.25 | 80 | 0.50 | 0.50 |',
        '| **sprk** | 1.00 | 1.00 – 1.00 | 0.50 | 80 | 1.00 | 1.00 |',
        '| b | 2.00 | 2.00 – 2.00 | 1.00 | 80 | 2.00 | 2.00 |',
      ].join('\n'),
    )
    expect(text).toContain('load average before the run: 0.3.')
    expect(text).toContain('- **c**: no C')
  })

  it('draws bars as long as the seconds', () => {
    const svg = chart([result('sprk', 1), result('b & c', 2)], 5)
    const lengths = [...svg.matchAll(/width="([\d.]+)" height="14"/g)].map(([, width]) => Number(width))
    expect(lengths).toEqual([200, 100, 400, 200])
    expect(svg).toContain('b &amp; c')
  })

  it('reads counts from each kind of output', () => {
    const rows = [
      ['Berlin', 2],
      ['Tokyo', 1],
    ]
    expect(countsOf({ result: 'object' }, '', 'noise\n{"Berlin":2,"Tokyo":1}\n')).toEqual(rows)
    expect(countsOf({ result: 'pairs' }, '', '["Berlin",2]\n["Tokyo",1]\n')).toEqual(rows)
    const lines = '{"city":"Berlin","count":2}\n{"city":"Tokyo","count":1}\n'
    expect(countsOf({ result: 'lines' }, '', lines)).toEqual(rows)
  })

  test.each(peers.filter(({ name }) => name !== 'sprk'))(
    '$name has sources and pinned versions',
    ({ name, versions }) => {
      const pins = {
        go: 'go.mod',
        kafkajs: '../../../package.json',
        orjson: 'requirements.txt',
        bytewax: 'requirements.txt',
      }
      const file = new Map(Object.entries(pins)).get(name) ?? 'pom.xml'
      const text = readFileSync(join(sourcesOf(name), file), 'utf8')
      for (const [version] of versions.matchAll(/\d+\.\d+\.\d+/g)) expect(text).toContain(version)
    },
  )

  it('refuses a name that it does not know', async () => {
    const stderr = expect.stringContaining('there are sprk, go')
    await expect(run(process.execPath, ['bench/peers.mjs', '--only', 'nothing'])).rejects.toMatchObject({
      code: 64,
      stderr,
    })
  })

  it.runIf(kafkaAvailable && process.env['SPRK_TEST_FULL'] === '1')(
    'measures the hand-written Node program and checks its counts',
    async () => {
      const output = mkdtempSync(join(tmpdir(), 'sprk-peers-'))
      const args = [
        '--only',
        'kafkajs',
        '--records',
        '3001',
        '--rounds',
        '1',
        '--broker',
        bootstrap(),
        '--output',
        output,
      ]
      const { stdout } = await run(process.execPath, ['bench/peers.mjs', ...args])
      await deleteTopic('sprk-bench-events-3001')
      expect(stdout).toMatch(/^\| \*\*sprk\*\* \| \d/m)
      expect(stdout).toMatch(/^\| Node: kafkajs, JSON.parse, SQLite \| \d/m)
      expect(readFileSync(join(output, 'RESULTS.md'), 'utf8')).toBe(stdout)
      rmSync(output, { recursive: true })
    },
  )
})
