import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { formatError } from '../../src/cli/print/error.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { Exit, SprkError } from '../../src/errors.ts'
import { checkPart, compilePlan } from '../../src/plan/compile.ts'
import type { ReadablePart } from '../../src/spec.ts'
import { runSprk } from '../support/sprk.ts'

// Each file of mistakes/ is a pipeline with something wrong; beside it stands what people read then.
const folder = new URL('mistakes/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

describe('a mistake in a pipeline file', () => {
  it.each(files)('is told: %s', async (file) => {
    await expect(printed(file)).toMatchFileSnapshot(`mistakes/${textOf(file)}`)
  })

  it('is told by `sprk validate`, for every file that it is given', async () => {
    const { code, stdout, stderr } = await runSprk(['validate', ...files], { cwd: fileURLToPath(folder) })
    expect(stderr).toBe(files.map((file) => readFileSync(new URL(textOf(file), folder), 'utf8')).join(''))
    expect(stdout).toBe('')
    expect(code).toBe(Exit.CONFIG)
  })
})

const textOf = (file: string) => file.replace('.yaml', '.txt')

function printed(file: string): string {
  const text = readFileSync(new URL(file, folder), 'utf8')
  try {
    const checkReadable = (part: ReadablePart) => checkPart(part, kinds)
    compilePlan(loadPipeline(text, { file, env: {}, set: [], kinds: kinds, checkReadable }), kinds)
  } catch (error) {
    if (!(error instanceof SprkError)) throw error
    expect(error.exit).toBe(Exit.CONFIG)
    return formatError(error, { source: new Map([[file, text]]), pipeline: file, color: false })
  }
  throw new Error(`${file} was accepted`)
}
