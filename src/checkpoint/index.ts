// The state file as cli/ and operations/ use it. Operations import the parts that they share with the commit path (rows,
// files, faults) from the files of this folder.

export type { Connection, Row, View } from './connection.ts'
export { realPath } from './create.ts'
export { compareFingerprint } from './fingerprint.ts'
export { acquireLock } from './lock.ts'
export { getMetaText } from './meta.ts'
export { assertName, type CheckpointOptions, type Holder, openCheckpoint } from './open.ts'
export { readResume, toNumber } from './resume.ts'
export { quoted } from './sql.ts'
export { CommitFailed, inNextEpoch } from './transaction.ts'
export { noState, stateExists, stateIsHeld, viewState } from './view.ts'
