// The state file: what the rest of the program needs of it.

export { type Backup, backupState } from '../operations/backup.ts'
export {
  batchAcross,
  type History,
  type RecordedPartition,
  readHistory,
  readRecords,
  readReplacedBy,
  recordedBatches,
  type WholeBatch,
} from '../operations/history/recorded.ts'
export {
  type BatchRow,
  type MoveRow,
  type RangeRow,
  readBatches,
  readLastRanges,
  readMeta,
  readMoves,
  readRanges,
  type StateMeta,
} from '../operations/history/rows.ts'
export {
  type HeldState,
  holdState,
  type PositionsReset,
  type ResetOptions,
} from '../operations/offsets/move-positions.ts'
export {
  type ComparedTable,
  diffStates,
  type RowDiff,
  type StateDiff,
  type TableDiff,
} from '../operations/replay/diff.ts'
export { assertReplaceable, type ResultTable } from '../operations/replay/remake.ts'
export {
  addMissing,
  assertSameReplay,
  beginReplay,
  type ReplayHeader,
  type ReplayPartition,
  readMissing,
  readRepeated,
  readReplayHeader,
  saveRepeated,
} from '../operations/replay/replay-file.ts'
export { lockState, removeReplayed, replaceResults } from '../operations/replay/swap.ts'
export { type Check, verifyState } from '../operations/verify/verify.ts'
export { realPath } from './create.ts'
export { type KeptDeadLetter, readDeadLetterCount, readDeadLetters } from './dead-letters.ts'
export { compareFingerprint } from './fingerprint.ts'
export { assertName, type CheckpointOptions, type Holder, openCheckpoint } from './open.ts'
export { readResume } from './resume.ts'
export { noState, stateExists, stateIsHeld, viewState } from './view.ts'
