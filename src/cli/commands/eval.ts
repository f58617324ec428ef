// sprk eval: a calculator for those who write pipelines.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Reject } from '../../column.ts'
import { Exit, SprkError } from '../../errors.ts'
import { argumentText, type Evaluation, evaluation, lineChunks, type Result } from '../../operations/evaluate.ts'
import { usage } from '../../operations/usage.ts'
import { jsonText } from '../../reporters/visible.ts'
import { typeName } from '../../types.ts'
import { conditionOf } from '../../values/row-fault.ts'
import { zone } from '../../values/zone.ts'
import { printError } from '../fail.ts'
import type { KindRegistry } from '../kinds.ts'
import { unreadable } from '../load.ts'
import { sources } from '../loaded.ts'
import { drained, stdout } from '../print/out.ts'
import type { Form } from '../print/print.ts'
import { print } from '../print/print.ts'
import { systemClock } from '../system-clock.ts'

export interface EvalOptions {
  readonly row?: string
  readonly file?: string
  readonly schema?: string
  readonly timeZone: string
  readonly output: Form
}

/** What messages call the texts of the command line. */
const EXPRESSION = 'expression'
const SCHEMA = '--schema'

/** Prints one result for each row. A row without a result is 65, but with -o json, where it is a result like others. */
export async function evaluate(text: string, options: EvalOptions, registry: KindRegistry): Promise<number> {
  if (zone(options.timeZone) === undefined)
    throw usage(`--time-zone ${options.timeZone}: there is no such zone`, 'for example --time-zone Europe/Berlin')
  if (text === '-' && options.file === '-')
    throw usage(
      'standard input cannot be both the expression and the file of rows',
      'write the expression as the argument, or give --file a path',
    )
  const written = text === '-' ? await wholeInput() : text
  sources.set(EXPRESSION, written)
  const found = evaluation(argumentText(written, EXPRESSION), {
    format: formatOf(options, registry),
    timeZone: options.timeZone,
    batch: { batchId: 1, batchTime: systemClock.now() },
    form: options.output === 'json' ? 'json' : 'string',
  })
  return printAll(found, options)
}

function formatOf({ schema, timeZone }: EvalOptions, { formats }: KindRegistry) {
  const problems: SprkError['problems'][number][] = []
  if (schema !== undefined) sources.set(SCHEMA, schema)
  const options = schema === undefined ? {} : { schema: argumentText(schema, SCHEMA) }
  const format = formats.get('json')?.create(options, { timeZone, report: (problem) => problems.push(problem) })
  const [first, ...more] = problems
  if (first !== undefined) throw new SprkError(Exit.CONFIG, [first, ...more])
  if (format === undefined) throw new Error('no format json')
  return format
}

async function printAll({ type, results }: Evaluation, options: EvalOptions): Promise<number> {
  const name = typeName(type)
  let code: number = Exit.OK
  if (options.output === 'csv') print('csv', { csv: () => [['value', 'type', 'error']] })
  for await (const part of results(lineChunks(linesOf(options)))) {
    for (const result of part) {
      printResult(result, name, options.output)
      if (!('fault' in result) || options.output === 'json') continue
      code = Exit.BAD_RECORD
      if (options.output === 'text') printError(faultError(result, options))
    }
    await drained()
  }
  return code
}

function printResult(result: Result, type: string, form: Form): void {
  const fault = 'fault' in result ? result.fault : undefined
  const text = 'text' in result ? result.text : null
  if (form === 'csv') print('csv', { csv: () => [[text, type, fault?.code ?? null]] })
  else if (form === 'json')
    stdout.write(fault === undefined ? `{"value":${text}}\n` : `${jsonText({ error: fault.code })}\n`)
  else if (fault === undefined) stdout.write(`${text ?? 'NULL'}\t${type}\n`)
}

/** The error says which row it is of, and what Spark calls it. */
function faultError({ fault, line }: Extract<Result, { fault: Reject }>, { file }: EvalOptions): SprkError {
  const { code, message, place } = fault
  const row = file === undefined ? '--row' : `line ${line}`
  // A single row is named only where the expression is not what failed.
  const isNamed = line !== null && (file !== undefined || place === undefined)
  const condition = conditionOf(fault)
  return new SprkError(Exit.BAD_RECORD, {
    ...{ code, message: isNamed ? `${row}: ${message}` : message, place },
    details: condition === undefined ? undefined : [`Spark: ${condition}`],
  })
}

/** The rows as lines of JSON; one of none where no row is given. */
async function* linesOf({ row, file }: EvalOptions): AsyncIterable<string> {
  if (file === undefined) return yield (row ?? '{}').replaceAll(/[\r\n]/g, ' ')
  const input = file === '-' ? process.stdin : createReadStream(file)
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (error) {
    throw unreadable(file, error, 'a file of rows')
  }
}

async function wholeInput(): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
