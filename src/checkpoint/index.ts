// The state file: what the rest of the program needs of it.

export { type Backup, backupState } from './backup.ts'
export { realPath } from './create.ts'
export { type KeptDeadLetter, readDeadLetterCount, readDeadLetters } from './dead-letters.ts'
export { type ComparedTable, diffStates, type RowDiff, type StateDiff, type TableDiff } from './diff.ts'
export { compareFingerprint } from './fingerprint.ts'
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
} from './history.ts'
export { assertName, type CheckpointOptions, type Holder, openCheckpoint } from './open.ts'
export {
  batchAcross,
  type History,
  type RecordedPartition,
  readHistory,
  readRecords,
  readReplacedBy,
  recordedBatches,
  type WholeBatch,
} from './recorded.ts'
export { assertReplaceable, type ResultTable } from './remake.ts'
export { lockState, removeReplayed, replaceResults } from './replace.ts'
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
} from './replay-file.ts'
export { type HeldState, holdState, type PositionsReset, type ResetOptions } from './reset.ts'
export { readResume } from './resume.ts'
export { type Check, verifyState } from './verify.ts'
export { noState, stateExists, stateIsHeld, viewState } from './view.ts'
