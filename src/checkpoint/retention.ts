// How much of the history a state file keeps: what the pipeline says, or what the file was made with.

import type { Transaction } from '../checkpoint.ts'
import { getMeta, setMeta } from './meta.ts'
import { toNumber } from './resume.ts'

/** How long each is kept, in milliseconds from its commit. `Infinity`: forever. */
export interface Retention {
  readonly batchesMs: number
  readonly deadLettersMs: number
}

/** As a pipeline writes it; null: it does not say. */
export type Retain = { readonly [Key in keyof Retention]: number | null }

const DAY_MS = 86_400_000

/** Of state files that are made now, where the pipeline says nothing. */
export const DEFAULT_RETENTION: Retention = { batchesMs: 30 * DAY_MS, deadLettersMs: 90 * DAY_MS }

const KEYS = { batchesMs: 'retain_batches', deadLettersMs: 'retain_dead_letters' } as const

/** Notes in a new file what it keeps where the pipeline says nothing, for life. Files of an older sprk have no note. */
export function noteDefaults(transaction: Transaction): void {
  for (const of of ['batchesMs', 'deadLettersMs'] as const) setMeta(transaction, KEYS[of], DEFAULT_RETENTION[of])
}

/** What goes for this file: everything is kept where neither the pipeline nor the file says how long. */
export function retentionOf(transaction: Transaction, retain: Retain): Retention {
  const noted = (of: keyof Retention) => {
    const value = getMeta(transaction, KEYS[of])
    return value === undefined ? Infinity : toNumber(value)
  }
  return {
    batchesMs: retain.batchesMs ?? noted('batchesMs'),
    deadLettersMs: retain.deadLettersMs ?? noted('deadLettersMs'),
  }
}
