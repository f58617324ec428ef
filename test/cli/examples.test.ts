// The examples of every --help, pasted into a shell beside a pipeline that has run.

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../scripts/build.mjs'
import { createTopic, kafkaAvailable, produce, waitUntil } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const COMMANDS = [
  ...['run', 'status', 'validate', 'explain', 'replay', 'verify', 'backup', 'schema'].map((command) => [command]),
  ['offsets', 'show'],
  ['offsets', 'reset'],
  ['dead-letters', 'list'],
]

describe.skipIf(!kafkaAvailable)('the examples of --help', () => {
  const prepared = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  const sprk = join(prepared, 'sprk')
  let topic = ''

  beforeAll(async () => {
    topic = await createTopic()
    await produce(topic, '{"city":"Berlin"}', '{"city":"Rome"}')
    const given = { topic, name: 'pipeline' }
    const { path } = pipelineFile(given, prepared)
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    mkdirSync(join(prepared, 'pipelines'))
    pipelineFile(given, join(prepared, 'pipelines'))
    writeFileSync(sprk, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/sprk.js')}' "$@"\n`)
    chmodSync(sprk, 0o755)
  })

  test.each(COMMANDS.map((command) => ({ command })))('of $command work', async ({ command }) => {
    const { stdout } = await runSprk([...command, '--help'])
    const examples = stdout.split('Examples:\n')[1]?.trim().split(/\n\s*/) ?? []
    expect(examples).toHaveLength(2)
    for (const example of examples) {
      const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
      cpSync(prepared, folder, { recursive: true })
      if (example === 'sprk run pipeline.yaml') await runUntilStopped(folder)
      else expect(pasted(example, folder), example).toEqual({ status: 0, stderr: '' })
    }
  })

  function pasted(example: string, cwd: string) {
    const { status, stderr } = spawnSync('sh', ['-ec', example.replace('events:', `${topic}:`)], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${prepared}:${process.env['PATH']}` },
    })
    return { status, stderr }
  }

  /** The one that has no end of its own. */
  async function runUntilStopped(cwd: string) {
    await produce(topic, '{"city":"Oslo"}')
    const running = startSprk(['run', 'pipeline.yaml'], { cwd })
    const lastBatch = () => query(join(cwd, 'pipeline.db'), 'SELECT max(batch_id) FROM sprk_batches')[0]?.[0]
    await waitUntil(() => Number(lastBatch()) === 2)
    running.kill('SIGTERM')
    expect(await running.done).toMatchObject({ code: 0, stderr: '' })
  }
})
