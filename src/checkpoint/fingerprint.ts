// Compares a state file with the pipeline: its stateful steps and sink tables, and the text of the whole plan.

import type { Transaction } from '../checkpoint.ts'
import { Exit, type Problem, SprkError, throwIfAny } from '../errors.ts'
import { getMeta, setMeta } from './meta.ts'
import { quoted } from './sql.ts'

export interface Fingerprint {
  /** Stateful steps and sink tables. If one of them changed or is missing, the saved results are not this pipeline's. */
  readonly steps: readonly FingerprintStep[]
  /** Canonical text of the whole plan; a change is accepted and noted. */
  readonly plan: string
}

export interface FingerprintStep {
  /** Unique. */
  readonly id: string
  /** `sqlite`, `reduceByKey`, … */
  readonly kind: string
  /** Equal text, equal meaning; may have several lines. */
  readonly canonical: string
  /** The table that holds its results, if it has one. */
  readonly table?: string
  /** The unique indexes of that table's key. */
  readonly indexes?: readonly string[]
}

const STEP_PREFIX = 'step:'
/** The key of sprk_meta that holds the table of a step. */
export const TABLE_PREFIX = 'table:'
/**
 * The key that holds the unique indexes of that table, a JSON list of names. Older files get it when they are opened.
 */
export const INDEXES_PREFIX = 'indexes:'

export function saveFingerprint(transaction: Transaction, { steps, plan }: Fingerprint): void {
  // Saved under the current ids: a former id is accepted only while its text is the same.
  transaction
    .prepare("DELETE FROM sprk_meta WHERE key GLOB 'step:*' OR key GLOB 'table:*' OR key GLOB 'indexes:*'")
    .run()
  for (const step of steps) {
    setMeta(transaction, STEP_PREFIX + step.id, textOf(step))
    if (step.table !== undefined) setMeta(transaction, TABLE_PREFIX + step.id, step.table)
    if (step.indexes !== undefined) setMeta(transaction, INDEXES_PREFIX + step.id, JSON.stringify(step.indexes))
  }
  setMeta(transaction, 'plan', plan)
}

/**
 * Returns the lines of the plan that changed, empty if none did. A new sink table is allowed and begins empty. Throws a
 * SprkError with exit 78 where the saved results are not this pipeline's.
 */
export function compareFingerprint(path: string, transaction: Transaction, now: Fingerprint): readonly string[] {
  const rows = transaction.prepare("SELECT key, value FROM sprk_meta WHERE key = 'plan' OR key GLOB 'step:*'").all()
  const saved = new Map(rows.map(({ key, value }) => [String(key), String(value)]))
  const present = new Map(now.steps.map((step) => [STEP_PREFIX + step.id, textOf(step)]))
  const problems: Problem[] = []
  for (const [key, before] of saved) {
    if (!key.startsWith(STEP_PREFIX)) continue
    const after = present.get(key)
    if (isFormerId(key) && [...present.values()].includes(before)) continue
    if (after !== before) problems.push(changedStep(path, key.slice(STEP_PREFIX.length), before, after ?? ''))
  }
  throwIfAny(Exit.CONFIG, problems)
  return difference(saved.get('plan') ?? '', now.plan)
}

/**
 * For a state file without batches: accepts every change, since no results are saved, and drops the empty tables of the
 * former plan. Returns the lines that changed.
 */
export function replaceUnused(transaction: Transaction, now: Fingerprint): readonly string[] {
  const rows = transaction.prepare("SELECT key, value FROM sprk_meta WHERE key = 'plan' OR key GLOB 'table:*'").all()
  const saved = new Map(rows.map(({ key, value }) => [String(key), String(value)]))
  const texts = new Map(now.steps.map((step) => [TABLE_PREFIX + step.id, textOf(step)]))
  for (const [key, table] of saved) {
    if (!key.startsWith(TABLE_PREFIX)) continue
    const before = getMeta(transaction, key.replace(TABLE_PREFIX, STEP_PREFIX))
    if (texts.get(key) !== before && isEmptyTable(transaction, table)) {
      transaction.prepare(`DROP TABLE ${quoted(table)}`).run()
    }
  }
  return difference(saved.get('plan') ?? '', now.plan)
}

/** Throws a SprkError with exit 74 where a table with saved results is missing: an empty new one would be wrong. */
export function assertResultTables(path: string, transaction: Transaction): void {
  const rows = transaction.prepare("SELECT value FROM sprk_meta WHERE key GLOB 'table:*'").all()
  const gone = rows.map(({ value }) => String(value)).filter((table) => !hasTable(transaction, table))
  if (gone.length === 0) return
  throw new SprkError(Exit.IO, {
    code: 'E_TABLE_GONE',
    message: `${path}: table ${gone.join(', ')} is gone, with the results of the batches before`,
    hint: 'restore the file from a backup, or begin anew with another file under `state:`',
  })
}

function hasTable(transaction: Transaction, table: string): boolean {
  const found = transaction
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE")
    .get(table)
  return found !== undefined
}

function isEmptyTable(transaction: Transaction, table: string): boolean {
  if (!hasTable(transaction, table)) return false
  return transaction.prepare(`SELECT 1 FROM ${quoted(table)} LIMIT 1`).get() === undefined
}

/**
 * Older files number the sinks (`sqlite-2`), newer ones name them by table. The canonical text names the table in both.
 */
function isFormerId(key: string): boolean {
  return /^step:sqlite(-\d+)?$/.test(key)
}

function textOf({ kind, canonical }: FingerprintStep): string {
  return `${kind}\n${canonical}`
}

function changedStep(path: string, id: string, before: string, after: string): Problem {
  const what = after === '' ? 'is no longer in the pipeline' : 'is not what the saved results were made with'
  return {
    code: 'E_STATE_CHANGED',
    message: `${path}: ${id} ${what}`,
    details: difference(before, after),
    hint: '`sprk replay <pipeline> --replace` rebuilds the results; or restore the pipeline, or name another file under `state:`',
  }
}

/** The lines that only one of the two texts has, in order: saved lines first, then current ones. */
function difference(saved: string, now: string): readonly string[] {
  const [before, after] = [saved.split('\n'), now.split('\n')]
  const only = (lines: readonly string[], others: readonly string[]) =>
    lines.filter((line) => line !== '' && !others.includes(line))
  const changed = [
    ...only(before, after).map((line) => `saved: ${line}`),
    ...only(after, before).map((line) => `now:   ${line}`),
  ]
  // A different order of the same lines is a change too.
  return changed.length > 0 || saved === now ? changed : [`saved: ${before.join(' | ')}`, `now:   ${after.join(' | ')}`]
}
