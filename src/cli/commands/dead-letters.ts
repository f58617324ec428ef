// sprk dead-letters list: the records that a pipeline refused and kept.

import { isUtf8 } from 'node:buffer'
import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { type DeadLetterRow, readDeadLetters } from '../../operations/dead-letters.ts'
import { partitionKey } from '../../record.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, examples, outputForm, positiveInteger, withPipeline } from '../options/command.ts'
import { stdout } from '../print/redact.ts'

export function deadLettersCommand(sprk: Command, { registry, perform }: Cli): void {
  const deadLetters = sprk
    .command('dead-letters')
    .description('look at the records that `onError: deadLetter` has kept')
  withPipeline(deadLetters.command('list'))
    .description('print dead letters, oldest first: where they come from, why they were refused, what they hold')
    .option('--limit <n>', 'print at most so many', positiveInteger, 100)
    .addOption(outputForm())
    .addHelpText(
      'after',
      examples('sprk dead-letters list pipeline.yaml', 'sprk dead-letters list pipeline.yaml -o json --limit 1000'),
    )
    .action((file: string, options: DeadLettersOptions) => perform(() => listDeadLetters(file, options, registry)))
}

interface DeadLettersOptions {
  readonly set: readonly string[]
  readonly limit: number
  readonly output: 'text' | 'json'
}

function listDeadLetters(file: string, { set, limit, output }: DeadLettersOptions, registry: KindRegistry): number {
  const { spec } = load(file, set, registry)
  const lineOf = output === 'json' ? jsonLine : textLine
  for (const letter of readDeadLetters(spec.state.path, limit)) stdout.write(`${lineOf(letter)}\n`)
  return Exit.OK
}

const MAX_VALUE_CHARACTERS = 200

function textLine(letter: DeadLetterRow): string {
  const { batchId, offset, code, reason, value } = letter
  return `${partitionKey(letter)} offset ${offset}, batch ${batchId}: ${code}: ${reason}\n  ${shown(value)}`
}

/** On one line, whatever the record holds. */
function shown(value: Uint8Array | null): string {
  if (value === null) return '(null)'
  if (!isUtf8(value)) return `0x${Buffer.from(value.subarray(0, MAX_VALUE_CHARACTERS / 2)).toString('hex')}`
  const text = Buffer.from(value).toString('utf8')
  const cut = text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text
  return cut.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
}

/** Bytes that are no UTF-8 stand as `{"base64": …}`. */
function jsonLine({ topic, partition, offset, batchId, code, reason, key, value, headers }: DeadLetterRow): string {
  const bytes = (content: Uint8Array | null) => {
    if (content === null) return null
    const buffer = Buffer.from(content)
    return isUtf8(buffer) ? buffer.toString('utf8') : { base64: buffer.toString('base64') }
  }
  const record = { key: bytes(key), value: bytes(value), headers: { base64: Buffer.from(headers).toString('base64') } }
  return JSON.stringify({ topic, partition, offset, batchId, code, reason, ...record })
}
