// The state file: what the rest of the program needs of it.

export { type KeptDeadLetter, readDeadLetters } from './dead-letters.ts'
export {
  type BatchRow,
  type MoveRow,
  type RangeRow,
  readBatches,
  readMeta,
  readMoves,
  readRanges,
  type StateMeta,
} from './history.ts'
export { type CheckpointOptions, type Holder, openCheckpoint } from './open.ts'
export { readResume } from './resume.ts'
export { stateExists, viewState } from './view.ts'
