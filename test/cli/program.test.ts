import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { checkUsage } from '../../src/cli/program.ts'
import { runSprk } from '../support/sprk.ts'

const COMMANDS = [
  'run',
  'status',
  'validate',
  'explain',
  'offsets show',
  'offsets reset',
  'replay',
  'verify',
  'backup',
  'schema',
]

describe('sprk', () => {
  test('prints its help without a command and with --help, and its version', async () => {
    const help = await runSprk(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const command of COMMANDS) expect(help.stdout).toContain(`  ${command.split(' ')[0]} `)
    expect(await runSprk([])).toEqual(help)
    expect(await runSprk(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
  })

  test.each(COMMANDS)('%s --help has two examples that the parser takes', async (command) => {
    const { code, stdout } = await runSprk([...command.split(' '), '--help'])
    expect(code).toBe(0)
    const examples = stdout.split('Examples:\n')[1]?.trim().split('\n') ?? []
    expect(examples).toHaveLength(2)
    for (const example of examples) await expect(checkUsage(wordsOf(example))).resolves.toBeUndefined()
  })

  test.each([
    [['rum'], 'unknown command'],
    [['run'], 'missing required argument'],
    [['offsets'], 'hint: sprk offsets --help'],
    [['run', 'a.yaml', '--onec'], '--once'],
    [['run', 'a.yaml', '--max-batches', '0'], 'whole number'],
    [['run', 'a.yaml', '--max-duration', 'soon'], 'a duration is'],
    [['run', 'a.yaml', 'b.yaml'], 'too many arguments'],
    [['run', ''], 'an argument is empty'],
    [['run', 'a.yaml', '-q', '-v'], "'-v, --verbose' cannot be used with option '-q, --quiet'"],
    [['offsets', 'show', 'a.yaml', '-q', '-v'], "cannot be used with option '-q, --quiet'"],
    [['run', 'a.yaml', '--timeout', '5s'], '--timeout is for --once'],
    [['offsets', 'list', 'a.yaml'], 'hint: sprk offsets show <pipeline>'],
    [['dead-letters', 'show', 'a.yaml'], 'hint: sprk dead-letters list <pipeline>'],
    [['list'], 'hint: sprk status <pipeline>'],
    [['consume', '-t', 'events'], 'docs/install.md'],
    [['run', 'a.yaml', '--dry-run'], 'sprk validate <pipeline>'],
    [['replay', 'a.yaml', '--from-batch', '2'], '--from-time'],
  ])('refuses %j with exit 64', async (args, words) => {
    const { code, stdout, stderr } = await runSprk(args)
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(/^sprk: error\[E_USAGE\]: .*\n {2}hint: .*\n$/)
    expect(stderr).toContain(words)
  })

  test('names a file that is missing with exit 66', async () => {
    const { code, stderr } = await runSprk(['run', 'nowhere.yaml'])
    expect(code).toBe(66)
    expect(stderr).toMatch(/^sprk: error\[E_NO_FILE\]: nowhere\.yaml: /)
  })

  test('prints the JSON Schema', async () => {
    const { stdout } = await runSprk(['schema'])
    expect(Object.keys(JSON.parse(stdout).properties)).toContain('source')
  })

  test('validates several files and reports each', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
    writeFileSync(join(folder, 'bad.yaml'), 'name: x\n')
    const good = fileURLToPath(new URL('../../pipelines/city-counts.yaml', import.meta.url))
    const { code, stdout, stderr } = await runSprk(['validate', join(folder, 'bad.yaml'), good])
    expect(code).toBe(78)
    expect(stdout).toContain('city-counts is valid')
    expect(stderr).toContain('source')
  })
})

describe('hints', () => {
  // Commands to paste stand in backquotes, or are the whole hint.
  const commands = sourceFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\\?`(sprk [a-z-][^`\n\\]*)\\?`|hint: '(sprk [a-z-][^'\n]*)'/g)].map(
      ([, quoted, hint]) => (quoted ?? hint) as string,
    ),
  )

  test('name only commands that exist', async () => {
    expect(commands).not.toEqual([])
    for (const command of commands) await expect(checkUsage(wordsOf(command)), command).resolves.toBeUndefined()
  })
})

/** The words behind `sprk`; what a template fills in becomes a word, what a shell does with the output is left out. */
function wordsOf(command: string): string[] {
  const [text = ''] = command.split(/ [>|] /)
  const words = text
    .replace(/\$\{[^}]*\}/g, 'x')
    .trim()
    .match(/"[^"]*"|'[^']*'|[^\s"']+/g)
  return words?.slice(1) ?? []
}

function sourceFiles(): string[] {
  const root = fileURLToPath(new URL('../../src', import.meta.url))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, name))
}
