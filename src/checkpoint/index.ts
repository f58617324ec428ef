// The state file: what the rest of the program needs of it.

export { type KeptDeadLetter, readDeadLetters } from './dead-letters.ts'
export { type CheckpointOptions, type Holder, openCheckpoint } from './open.ts'
