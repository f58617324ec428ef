// What reading a pipeline file needs everywhere: the specs, the environment, and where mistakes go.

import type { KindSpecs } from '../kind.ts'
import type { Report } from './report.ts'
import type { Span } from './tree.ts'
import type { Environment } from './variables.ts'

/** How secrets are found, and kept. */
export interface Secrets {
  /** Whether they are looked up now: a command that needs none does not ask for them. */
  readonly areNeeded: boolean
  /** The text of a file. Throws. */
  readFile(path: string): string
  /** Is told each value before anything is said about it. */
  hide(value: string): void
}

export const NO_SECRETS: Secrets = { areNeeded: false, readFile: () => '', hide: () => {} }

export interface Context {
  readonly kinds: KindSpecs
  readonly env: Environment
  /** What paths in the file are relative to. */
  readonly folder: string
  readonly secrets: Secrets
  readonly report: Report
  /** Whether whatever is wrong is replaced by something empty (empty-value.ts), so that the rest can still be checked. */
  readonly fillsGaps: boolean
  /** The keys at the top of the file. */
  readonly topKeys: readonly string[]
}

/** What a value is called in messages, and where that name stands. */
export interface Subject {
  /** "`topics`", "an entry of `topics`". */
  readonly label: string
  /** Of the key that the value belongs to. */
  readonly at: Span
  /** The name of the place in not-yet.ts: `sources.kafka.startingOffsets`. */
  readonly scope: string
}

/** Where a secret stands. */
export const SECRET_FORM = '`{env: NAME}` or `{file: PATH}`'

/** `a`, `b` or `c`. */
export function alternatives(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
