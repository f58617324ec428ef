// Runs what README.md and docs/ show: see support/docs.ts for the rules.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import {
  type Block,
  blocksOf,
  commandsOf,
  isShown,
  openTerminal,
  preparationOf,
  type Terminal,
} from './support/docs.ts'
import { bootstrap, kafkaAvailable, produce, recreateTopic } from './support/kafka.ts'
import { runSprk } from './support/sprk.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const languages = ['console', 'json', 'sh', 'text', 'yaml']

// Vitest refuses a file without tests.
if (documents().length === 0) it.todo('runs README.md')

test('the README is short', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(200)
})

describe.each(documents())('%s', (document) => {
  const markdown = readFileSync(join(root, document), 'utf8')
  const { topics, env } = preparationOf(markdown)
  let folder: string
  let terminal: Terminal

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sprk-docs-'))
    if (existsSync(join(root, 'pipelines')))
      await cp(join(root, 'pipelines'), join(folder, 'pipelines'), { recursive: true, filter: isNoState })
    if (kafkaAvailable) for (const topic of topics) await seed(topic)
    terminal = await openTerminal(folder, kafkaAvailable ? bootstrap() : 'localhost:9092', env)
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('links to what is there', () => {
    for (const [, path = '', anchor = ''] of markdown.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
      const target = path === '' ? document : join(dirname(document), path)
      expect(existsSync(join(root, target)), target).toBe(true)
      if (anchor !== '') expect(anchorsOf(readFileSync(join(root, target), 'utf8')), target).toContain(anchor)
    }
  })

  for (const block of blocksOf(markdown)) {
    const { language, line } = block
    if (language === 'yaml') it(`shows a valid pipeline in line ${line}`, () => validate(folder, block, env))
    else if (language === 'json') it(`shows JSON in line ${line}`, () => parse(block))
    else if (language === 'console') {
      const needsKafka = topics.some((topic) => topic.line < line)
      it.skipIf(needsKafka && !kafkaAvailable)(`shows what a terminal shows in line ${line}`, () =>
        replay(terminal, block),
      )
    } else it(`names a known language in line ${line}`, () => expect(languages).toContain(language))
  }
})

/** Of the headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Whoever tried the README has state files there. */
function isNoState(path: string): boolean {
  return !/\.db(-|\.|$)/.test(path)
}

/** Paths from the root. */
function documents(): string[] {
  const docs = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs'), { recursive: true }).map(String) : []
  const paths = ['README.md', ...docs.map((path) => join('docs', path)).sort()]
  return paths.filter((path) => path.endsWith('.md') && existsSync(join(root, path)))
}

async function seed({ name, partitions, file }: { name: string; partitions: number; file: string | undefined }) {
  await recreateTopic(name, partitions)
  if (file === undefined) return
  const lines = (await readFile(join(root, file), 'utf8')).split('\n').filter((line) => line !== '')
  const isKeyed = file.endsWith('.tsv')
  await produce(
    name,
    ...lines.map((line, index) => (isKeyed ? keyed(line, partitions) : { value: line, partition: index % partitions })),
  )
}

/** Messages of one key are in one partition: that of the first number in it. */
function keyed(line: string, partitions: number) {
  const [key = '', value = ''] = line.split('\t')
  const [number = 0] = /\d+/.exec(key) ?? []
  return { key, value: value === '' ? null : value, partition: Number(number) % partitions }
}

/** Writes the pipeline, which later commands may run, and validates it where it lies. */
async function validate(folder: string, { text }: Block, env: Readonly<Record<string, string>>): Promise<void> {
  const [, name = 'pipeline.yaml'] = /^# (\S+\.ya?ml)\s*$/m.exec(text.split('\n', 1)[0] ?? '') ?? []
  await writeFile(join(folder, name), text)
  const { code, stderr } = await runSprk(['validate', name], { cwd: folder, env })
  expect(code, stderr).toBe(0)
}

function parse({ text }: Block): void {
  try {
    JSON.parse(text)
  } catch {
    for (const line of text.split('\n')) if (line !== '') JSON.parse(line)
  }
}

async function replay(terminal: Terminal, block: Block): Promise<void> {
  for (const { command, expected } of commandsOf(block)) {
    const actual = await terminal.run(command)
    // Shows both texts side by side where they differ.
    if (!isShown(expected, actual)) expect(`$ ${command}\n${actual}`).toBe(`$ ${command}\n${expected}`)
  }
}
