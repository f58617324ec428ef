import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import './support/sprk.ts'

test('the demo is killed, counts right, and leaves one folder behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  try {
    const script = fileURLToPath(new URL('../scripts/demo.mjs', import.meta.url))
    const child = spawn(process.execPath, [script], {
      env: { PATH: process.env['PATH'], TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    const output = await text(child.stdout)
    expect(await ended, output).toBe(0)
    expect(output).toMatch(/resumed after batch [34]\n/)
    expect(output).toContain('\nthe|19\nand|14\nhe|7\n')
    expect(output).toContain('\n# The poem has 167 words. Each was counted once.\n')
    const [left = '', ...others] = readdirSync(folder)
    expect(others).toEqual([])
    expect(output).toContain(`\n# All of this lies in ${join(folder, left)}:`)
    expect(readdirSync(join(folder, left)).sort()).toEqual([
      'jabberwocky.txt',
      'word-count.db',
      'word-count.db.lock',
      'word-count.yaml',
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
