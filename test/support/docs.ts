// Reads the fenced blocks of Markdown files, and runs those that show a terminal.
//
// `yaml`     a whole pipeline; its first line may name its file: `# counts.yaml` (else pipeline.yaml)
// `console`  lines `$ command`, each followed by what it prints; `...` stands for any text, alone on a line for any lines
// `json`     must parse, as a whole or line by line
// `sh` and `text` are not looked at; nothing else is allowed.
//
// Comments prepare what the reader has already: `<!-- test: topic events 3 pipelines/events.ndjson -->` (name, partitions,
// file with a message a line; in a .tsv file its key, a tab and its value, and no value is a tombstone) and `<!-- test: env NAME=value -->`.
// What stands behind a topic's comment is not run where there is no Kafka.

import { spawn } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const binaries = fileURLToPath(new URL('bin', import.meta.url))

export interface Block {
  readonly language: string
  readonly text: string
  /** Of the opening fence; the first line is 1. */
  readonly line: number
}

export interface Topic {
  readonly name: string
  readonly partitions: number
  readonly file: string | undefined
  /** Of the comment that asks for it. */
  readonly line: number
}

export interface Preparation {
  readonly topics: readonly Topic[]
  readonly env: Readonly<Record<string, string>>
}

export interface Command {
  readonly command: string
  readonly expected: string
}

/** The fenced blocks of a Markdown text, indented ones too. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: { fence: string; indent: number; language: string; line: number; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? []
    if (open === undefined) {
      if (fence !== '') open = { fence, indent: indent.length, language: info.trim(), line: index + 1, lines: [] }
    } else if (fence.startsWith(open.fence) && info === '') {
      blocks.push({ language: open.language, text: open.lines.map((text) => `${text}\n`).join(''), line: open.line })
      open = undefined
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
    }
  }
  if (open !== undefined) throw new Error(`the block of line ${open.line} has no end`)
  return blocks
}

/** What the comments of a Markdown text ask for. */
export function preparationOf(markdown: string): Preparation {
  const topics: Topic[] = []
  const env: Record<string, string> = {}
  for (const { 1: directive = '', index } of markdown.matchAll(/<!-- test: (.*?) -->/g)) {
    const line = markdown.slice(0, index).split('\n').length
    const [what, name = '', partitions = '1', file] = directive.split(/\s+/)
    if (what === 'topic') topics.push({ name, partitions: Number(partitions), file, line })
    else if (what === 'env') env[name.replace(/=.*/, '')] = name.replace(/^[^=]*=/, '')
    else throw new Error(`unknown directive: ${directive}`)
  }
  return { topics, env }
}

/** The commands of a console block. A backslash at the end of a line goes on with the next. */
export function commandsOf({ text, line }: Block): Command[] {
  const commands: { command: string; expected: string }[] = []
  let continued = false
  for (const row of text.trimEnd().split('\n')) {
    const last = commands.at(-1)
    if (continued && last !== undefined) last.command += `\n${row}`
    else if (row.startsWith('$ ')) commands.push({ command: row.slice(2), expected: '' })
    else if (last === undefined) throw new Error(`the block of line ${line} does not begin with \`$ command\``)
    else last.expected += `${row}\n`
    continued = (continued || row.startsWith('$ ')) && row.endsWith('\\')
  }
  return commands
}

/** Whether a terminal's text is as a document shows it. Spaces at the end of lines and empty lines around do not count. */
export function isShown(expected: string, actual: string): boolean {
  const lines = tidy(expected).split('\n')
  const pattern = lines.map((line) => (line === '...' ? '(?:.*\\n)*' : `${anything(line)}\\n`)).join('')
  return new RegExp(`^${pattern}$`).test(`${tidy(actual)}\n`)
}

function tidy(text: string): string {
  return text.replace(/[ \t]+$/gm, '').replace(/^\n+|\n+$/g, '')
}

function anything(line: string): string {
  const literal = (part: string) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return line.split('...').map(literal).join('.*')
}

/** A terminal in a folder: `sprk` and `npx sprk` are the built program, `npm` runs the demo, and localhost:9092 is the tests' Kafka. */
export interface Terminal {
  /** What the command prints, both streams as they come. `cd` and nothing else holds for the next command. */
  run(command: string): Promise<string>
}

/** Opens a terminal. `brokers` is the Kafka that localhost:9092 stands for. */
export async function openTerminal(
  folder: string,
  brokers: string,
  env: Readonly<Record<string, string>>,
): Promise<Terminal> {
  const tools = join(folder, '.tools')
  await writeTools(tools)
  let current = folder
  return {
    async run(command) {
      const script = `${command.replaceAll('localhost:9092', brokers)}\nstatus=$?\npwd > "$WHERE"\nexit $status`
      const where = join(tools, 'where')
      const child = spawn('bash', ['-c', `exec 2>&1\n${script}`], {
        cwd: current,
        env: {
          HOME: folder,
          PATH: `${tools}:${process.env['PATH']}`,
          WHERE: where,
          KAFKA_BROKERS: brokers,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: 60_000,
      })
      const output = await text(child.stdout)
      current = (await readFile(where, 'utf8').catch(() => current)).trimEnd()
      return output.replaceAll(brokers, 'localhost:9092')
    },
  }
}

async function writeTools(folder: string): Promise<void> {
  const node = `exec ${quote(process.execPath)}`
  const tools = {
    sprk: `${node} ${quote(join(root, 'bin/sprk.js'))} "$@"`,
    npx: `[ "$1" = sprk ] || { echo "npx: only sprk, not $1" >&2; exit 64; }\nshift\n${node} ${quote(join(root, 'bin/sprk.js'))} "$@"`,
    npm: `[ "$*" = 'run demo' ] || { echo "npm: only run demo, not $*" >&2; exit 64; }\nTMPDIR=${quote(folder)} ${node} ${quote(join(root, 'scripts/demo.mjs'))}`,
    sqlite3: `${node} ${quote(join(binaries, 'sqlite3.mjs'))} "$@"`,
  }
  await mkdir(folder, { recursive: true })
  for (const [name, script] of Object.entries(tools)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, name), 0o755)
  }
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`
}
