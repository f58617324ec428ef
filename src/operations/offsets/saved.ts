// What a state file says of the positions of one source.

import {
  assertName,
  type History,
  readHistory,
  readMeta,
  readResume,
  stateExists,
  viewState,
} from '../../checkpoint/index.ts'
import type { ResumePoint } from '../../checkpoint.ts'
import type { Saved } from './reset-plan.ts'

export interface SavedState extends Saved {
  readonly stateId: string | null
  /** Null where there is no state file. */
  readonly history: History | null
}

/** Where there is no state file, nothing is saved. Throws a SprkError (exit 78) where it is another pipeline's. */
export function readSaved(path: string, pipeline: string, source: string): SavedState {
  if (!stateExists(path)) return { isNew: true, logId: null, positions: [], stateId: null, history: null }
  return viewState(path, (transaction) => {
    assertName(path, transaction, pipeline)
    const { stateId } = readMeta(transaction)
    return { ...savedOf(readResume(transaction), source), stateId, history: readHistory(transaction, source) }
  })
}

/** What `open` of a source is given, and how it decides that a state is new. */
export function savedOf({ logIds, positions }: ResumePoint, source: string): Saved {
  const saved = positions.get(source) ?? []
  const logId = logIds.get(source) ?? null
  return { isNew: logId === null && saved.length === 0, logId, positions: saved }
}
