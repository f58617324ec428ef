// What stands below the options in a command's help: exit codes, documents, examples.

import type { Command, Option } from 'commander'

/** Of all exit codes (docs/exit-codes.md), in a few words. */
const MEANINGS = {
  0: 'done',
  1: 'results differ',
  64: 'wrong command line',
  65: 'bad record',
  66: 'a file or topic is missing',
  69: 'no answer from Kafka',
  73: 'a file cannot be made',
  74: 'disk error, or a damaged state file',
  75: 'another process holds the state file',
  76: 'wrong protocol',
  77: 'no permission',
  78: 'wrong pipeline file or state file',
  79: 'records are gone from the log',
  80: 'too many records refused',
  130: 'interrupted',
} as const

export type ExitCode = keyof typeof MEANINGS

export interface More {
  /** Beside 0, 64 and 70, which every command has. */
  readonly exits: readonly ExitCode[]
  /** In docs/, without `.md`. */
  readonly docs: string
  /** As they are to be pasted. */
  readonly examples: readonly [string, string]
}

/** Of commands that read a pipeline file. */
export const PIPELINE_EXITS = [66, 77, 78] as const
/** Of commands that ask the brokers. */
export const BROKER_EXITS = [69, 76] as const
/** Of commands that read a state file. */
export const STATE_EXITS = [66, 74, 75, 77, 78] as const

export function withHelp(command: Command, { exits, docs, examples }: More): Command {
  const codes = [...new Set<ExitCode>([0, 64, ...exits])].sort((a, b) => a - b)
  const meanings = wrapped(codes.map((code) => `${code} ${MEANINGS[code]}`))
  const documents = docs === 'exit-codes' ? `docs/${docs}.md` : `docs/${docs}.md, docs/exit-codes.md`
  return command.addHelpText(
    'after',
    `\nExit codes:\n  ${meanings.join('\n  ')}\n\nMore: ${documents}\n\nExamples:\n  ${examples.join('\n  ')}`,
  )
}

const WIDTH = 78

function wrapped(items: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const item of items) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + item.length + 2 <= WIDTH) lines[lines.length - 1] = `${last}, ${item}`
    else {
      if (last !== undefined) lines[lines.length - 1] = `${last},`
      lines.push(item)
    }
  }
  return lines
}

/** Without `(default: false)` and `(default: [])`, which say nothing. */
export function describeOption({ description, defaultValue, defaultValueDescription, mandatory }: Option): string {
  const isSaid = defaultValue !== undefined && defaultValue !== false && !Array.isArray(defaultValue) && !mandatory
  return isSaid ? `${description} (default: ${defaultValueDescription ?? String(defaultValue)})` : description
}
