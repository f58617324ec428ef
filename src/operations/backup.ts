// A copy of a state file as of one moment, made beside a run; it appears whole or not at all.

import { lstatSync, statSync } from 'node:fs'
import { isStateFile, makeEmptyFile, publish, putInWalMode, refuseRemains, removeFiles } from '../checkpoint/create.ts'
import { codeOf, fileFault } from '../checkpoint/faults.ts'
import { noState, readResume, realPath } from '../checkpoint/index.ts'
import { openReader } from '../checkpoint/reader.ts'
import { Exit, SprkError } from '../errors.ts'

export interface Backup {
  readonly bytes: number
  /** The last batch that the copy has; 0: none. */
  readonly lastBatchId: number
}

/**
 * Copies the state file to a name that is free, with the same mode. Throws SprkError: 66 where there is no state file, 73
 * where the name is taken, 74 when the disk is full; what an aborted signal gives as its reason. Nothing is left then.
 */
export async function backupState(path: string, to: string, signal: AbortSignal): Promise<Backup> {
  const [source, target] = [realPath(path), realPath(to)]
  if (!isStateFile(source)) throw noState(path)
  refuseTaken(target)
  refuseRemains(target)
  const built = `${target}.backup`
  // Its owner, who may be another one than that of the source, writes the copy.
  make(built, (statSync(source).mode & 0o777) | 0o600)
  try {
    const lastBatchId = await copy(source, built, signal)
    const { size: bytes } = statSync(built)
    publish(built, target)
    return { bytes, lastBatchId }
  } catch (error) {
    removeFiles(built)
    throw codeOf(error) === 'EEXIST' ? taken(target) : fileFault(target, error)
  }
}

async function copy(source: string, built: string, signal: AbortSignal): Promise<number> {
  const { reader, isCopy, close } = openReader(source)
  try {
    const { lastBatchId } = readResume(reader)
    await reader.copy(built, () => signal.throwIfAborted())
    if (isCopy) putInWalMode(built)
    signal.throwIfAborted()
    return lastBatchId
  } finally {
    close()
  }
}

/** Two backups to the same name at a time would publish each other's half. */
function make(built: string, mode: number): void {
  try {
    makeEmptyFile(built, mode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw fileFault(built, error)
    throw new SprkError(Exit.CANNOT_CREATE, {
      code: 'E_CANNOT_CREATE',
      message: `${built}: another backup is being made, or was killed`,
      hint: 'remove this file if there is no other one, or name another target',
    })
  }
}

function refuseTaken(target: string): void {
  try {
    lstatSync(target)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw fileFault(target, error)
  }
  throw taken(target)
}

function taken(target: string): SprkError {
  return new SprkError(Exit.CANNOT_CREATE, {
    code: 'E_CANNOT_CREATE',
    message: `${target}: there is a file of this name already; a backup overwrites nothing`,
    hint: 'name another file, or move this one away',
  })
}
