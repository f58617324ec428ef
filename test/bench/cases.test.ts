// Every case's pipeline on a file, with what its generator expects.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { cases } from '../../bench/cases.mjs'
import { generate } from '../../bench/generate.mjs'
import { pathOf } from '../../bench/harness/session.mjs'
import { checkRows, truthOf } from '../../bench/truth.mjs'
import { workloads } from '../../bench/workloads.mjs'
import { runSprk } from '../support/sprk.ts'

const RECORDS = 50
const folder = mkdtempSync(join(tmpdir(), 'sprk-cases-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** One case for each pipeline and workload. */
const different = [...new Map(cases.map((each) => [`${each.pipeline} ${each.topic.workload}`, each])).values()]

describe.concurrent('benchmark cases', () => {
  it.each(different.filter(({ pipeline, isPaced }) => pipeline !== null && !isPaced))(
    '$name ends with what its generator expects',
    async (benchCase) => {
      const { topic, env, name } = benchCase
      const [path, state] = [join(folder, `${name}.txt`), join(folder, `${name}.db`)]
      const events = generate(RECORDS, undefined, workloads[topic.workload])
      writeFileSync(path, [...events].map((line) => `${line}\n`).join(''))
      const format = topic.workload === 'lines' ? 'text' : 'json'
      const source = `source={file: {path: ${JSON.stringify(path)}, format: ${format}}}`
      const variables = { ...env, KAFKA_BROKERS: 'localhost:9', BENCH_TOPIC: 'none', BENCH_STATE: state }
      const { code, stderr } = await runSprk(['run', '--once', pathOf(benchCase), '--set', source], { env: variables })
      expect(code, stderr).toBe(0)
      checkRows(state, benchCase.rows, truthOf(benchCase, RECORDS))
      expect(() => checkRows(state, benchCase.rows, truthOf(benchCase, RECORDS + 1))).toThrow()
    },
  )

  it.each(cases.filter(({ isPaced }) => isPaced))('$name has a valid pipeline', async (benchCase) => {
    const env = { KAFKA_BROKERS: 'localhost:9', BENCH_TOPIC: 'none', BENCH_STATE: 'state.db' }
    const { code, stderr } = await runSprk(['validate', pathOf(benchCase)], { env })
    expect(code, stderr).toBe(0)
  })
})
