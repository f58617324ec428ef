// @ts-check
// What the benchmarks' command lines have in common.

import process from 'node:process'
import { parseArgs } from 'node:util'

/**
 * Reads the command line; a mistake ends the process with exit code 64.
 *
 * @template T
 * @param {import('node:util').ParseArgsConfig['options']} options  beside `--only` and `--broker`; all with a value
 * @param {(values: Record<string, string | undefined>, positionals: string[], only: string[]) => T} read  throws at a mistake
 * @returns {T & {only: string[], broker: string | undefined}}
 */
export function readOptions(options, read) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        ...options,
        only: { type: 'string', multiple: true, default: [] },
        broker: { type: 'string', default: process.env['KAFKA_BROKERS'] },
      },
    })
    const { only, broker, ...others } = values
    const names = /** @type {string[]} */ (only)
    const more = read(/** @type {Record<string, string | undefined>} */ (others), positionals, names)
    return { ...more, only: names, broker: /** @type {string | undefined} */ (broker) }
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exit(64)
  }
}

/** @param {string} name @param {string | undefined} value */
export function positive(name, value) {
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`--${name} ${value}: a whole number from 1 on is expected`)
  return number
}

/** Refuses names that `--only` may not have. @param {readonly string[]} only @param {readonly string[]} known */
export function checkOnly(only, known) {
  for (const name of only)
    if (!known.includes(name)) throw new Error(`--only ${name}: no such benchmark; there are ${known.join(', ')}`)
}

/** So that what is removed at the exit of the process is removed. */
export function exitOnSignals() {
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`)
}
