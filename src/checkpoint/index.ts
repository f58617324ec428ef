// The state file: what the rest of the program needs of it.

export { type CheckpointOptions, type Holder, openCheckpoint } from './open.ts'
