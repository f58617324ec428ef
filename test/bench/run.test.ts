import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { bootstrap, deleteTopic, kafkaAvailable, produce, recreateTopic } from '../support/kafka.ts'

const bench = async (...args: string[]) => {
  const options = { env: { ...process.env, KAFKA_BROKERS: undefined } }
  return promisify(execFile)(process.execPath, ['bench/run.mjs', ...args], options)
}

describe.skipIf(!kafkaAvailable)('bench', () => {
  test('prints a table of checked results', async () => {
    const only = ['floor', 'filter', 'count', 'caught-up', 'receive-log'].flatMap((name) => ['--only', name])
    const { stdout, stderr } = await bench('--broker', bootstrap(), '--records', '7001', '--rounds', '2', ...only)
    await deleteTopic('sprk-bench-events-7001')
    const figures = String.raw`( \| \d+\.\d\d){3} \| (\d+|–) \| \d+\.\d\d \| (\d+\.\d\d|–) \|`
    expect(stdout).toMatch(new RegExp(String.raw`^\| the same bytes .* dropped${figures}$`, 'm'))
    expect(stdout).toMatch(new RegExp(String.raw`^\| filter .*${figures}$`, 'm'))
    expect(stdout).toMatch(new RegExp(String.raw`^\| count .*${figures}$`, 'm'))
    expect(stdout).toMatch(new RegExp(String.raw`^\| count in receiver mode, log on${figures}$`, 'm'))
    expect(stdout).toMatch(/^\| `--once` .* \| \d+\.\d\d \| – \| \d+\.\d\d \| (\d+|–) \| – \| – \|$/m)
    expect(stdout).toContain('7,001 records, one partition unless said; median of 2 rounds')
    expect(stderr.match(/^round 2: /gm)?.length).toBe(5)
  })

  test('ends where a result is wrong', async () => {
    await recreateTopic('sprk-bench-events-3')
    await produce(
      'sprk-bench-events-3',
      ...Array.from({ length: 3 }, () => ({ value: '{"properties":{"city":"Bonn"}}', partition: 0 })),
    )
    const run = bench('--broker', bootstrap(), '--records', '3', '--rounds', '1', '--only', 'count')
    await expect(run).rejects.toMatchObject({ stderr: expect.stringContaining('Bonn'), stdout: '' })
    await deleteTopic('sprk-bench-events-3')
  })

  test.each([[['--only', 'nothing']], [['--rounds', '0']], [['--records', 'many']], [['--what']]])(
    'refuses %j',
    async (args) => {
      const stderr = expect.stringContaining(args[0] as string)
      await expect(bench(...args)).rejects.toMatchObject({ code: 64, stderr })
    },
  )
})
