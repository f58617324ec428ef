// Errors of SQLite and of the file system → SprkErrors.

import { Exit, messageOf, type Problem, SprkError } from '../errors.ts'

/** Translates an error of SQLite about the state file at `path`; returns any other error unchanged. */
export function sqliteFault(path: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'ERR_DLOPEN_FAILED') return otherNode(error)
  if (code === 'MODULE_NOT_FOUND') return notBuilt(error)
  if (error instanceof SprkError || !code.startsWith('SQLITE_')) return error
  const fault = (exit: Exit, problem: Problem) => new SprkError(exit, problem, { cause: error })
  const said = `${messageOf(error)} (${code})`
  switch (code.split('_')[1]) {
    case 'FULL':
      return fault(Exit.IO, diskFull(path))
    case 'IOERR':
      // The -shm could not grow.
      if (code === 'SQLITE_IOERR_SHMSIZE') return fault(Exit.IO, diskFull(path))
      return fault(Exit.IO, { code: 'E_IO', message: `${path}: ${said}` })
    case 'CORRUPT':
    case 'NOTADB':
      return fault(Exit.IO, damaged(path, said))
    case 'ERROR':
      // Another program dropped or altered a table of ours; any other SQL that fails is a bug.
      return /no such (table|column): \S*sprk_/.test(said) ? fault(Exit.IO, damaged(path, said)) : error
    case 'BUSY':
    case 'LOCKED':
      return fault(Exit.LOCKED, {
        code: 'E_LOCKED',
        message: `${path}: another program is writing to the state file`,
        hint: 'end its transaction; reading the file never gets in the way',
      })
    case 'READONLY':
    case 'PERM':
    case 'AUTH':
    case 'CANTOPEN':
      return fault(Exit.PERMISSION, { code: 'E_PERMISSION', message: `${path}: ${said}` })
    case 'CONSTRAINT':
      return fault(Exit.BAD_RECORD, { code: 'E_CONSTRAINT', message: `${path}: a row does not fit its table: ${said}` })
    default:
      return error
  }
}

/** Node's releases by the number of their binary interface (nodejs.org/dist/index.json, `modules`). */
const NODES: Readonly<Record<string, number>> = { 108: 18, 115: 20, 120: 21, 127: 22, 131: 23, 137: 24, 141: 25 }

/** npm skips the installation scripts of packages where it is told to. */
function notBuilt(error: unknown): SprkError {
  const message = 'better-sqlite3 has no SQLite: its installation script has not run'
  const hint = 'npm rebuild better-sqlite3'
  return new SprkError(Exit.UNAVAILABLE, { code: 'E_NODE', message, hint }, { cause: error })
}

/** better-sqlite3 cannot be loaded: mostly since Node is another one than when it was installed. */
function otherNode(error: unknown): SprkError {
  const [built, here] = [...messageOf(error).matchAll(/NODE_MODULE_VERSION (\d+)/g)].map(([, abi = '']) => {
    return NODES[abi] === undefined ? `another Node (binary interface ${abi})` : `Node ${NODES[abi]}`
  })
  const message =
    built === undefined || here === undefined
      ? `better-sqlite3 cannot be loaded: ${messageOf(error)}`
      : `better-sqlite3 was built for ${built}, this is ${here.replace(/^Node /, '')}`
  const hint = 'npm rebuild better-sqlite3'
  return new SprkError(Exit.UNAVAILABLE, { code: 'E_NODE', message, hint }, { cause: error })
}

function damaged(path: string, said: string): Problem {
  return {
    code: 'E_STATE_CORRUPT',
    message: `${path}: the state file is damaged: ${said}`,
    hint: 'restore it from a backup, or name another file under `state:` to begin anew',
  }
}

function diskFull(path: string): Problem {
  return { code: 'E_DISK_FULL', message: `${path}: the disk is full`, hint: 'make room' }
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof SprkError && error.code === 'E_DISK_FULL'
}

/** Translates an error of `node:fs` about `path`; returns any other error unchanged. */
export function fileFault(path: string, error: unknown): unknown {
  const fault = (exit: Exit, code: string, message: string, hint?: string) =>
    new SprkError(exit, { code, message: `${path}: ${message}`, hint }, { cause: error })
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fault(Exit.PERMISSION, 'E_PERMISSION', `no permission: ${messageOf(error)}`)
    case 'ENOENT':
    case 'ENOTDIR':
      return fault(Exit.CANNOT_CREATE, 'E_NO_DIRECTORY', 'its directory does not exist', 'make the directory first')
    case 'ENAMETOOLONG':
      return fault(Exit.CANNOT_CREATE, 'E_CANNOT_CREATE', 'the name is too long, or that of a file beside it', SHORTER)
    case 'ELOOP':
    case 'EEXIST':
    case 'ENOTSUP':
      return fault(Exit.CANNOT_CREATE, 'E_CANNOT_CREATE', messageOf(error))
    case 'ENOSPC':
    case 'EDQUOT':
      return new SprkError(Exit.IO, diskFull(path), { cause: error })
    case 'EIO':
      return fault(Exit.IO, 'E_IO', messageOf(error))
    default:
      return error
  }
}

/** `.new-journal` is the longest ending. */
const SHORTER = 'on most file systems a state file may have a name of 243 bytes'

/** The file could be written when it was opened: what has no permission now is on a disk that failed. */
export function duringRun(error: unknown): unknown {
  if (!(error instanceof SprkError) || error.exit !== Exit.PERMISSION) return error
  const message = `${error.message}; it could be written when the run began: the disk may have failed`
  const hint = 'see whether its file system is mounted read-only now; committed batches are kept'
  return new SprkError(Exit.IO, { code: 'E_IO', message, hint }, { cause: error })
}

/** `SQLITE_…` for errors of SQLite, `E…` for those of the file system, else empty. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export function notCommittedForRoom(path: string, lastBatchId: number, cause: unknown): SprkError {
  const message = `${path}: the disk is full; last batch seen ${lastBatchId}`
  return new SprkError(Exit.IO, { code: 'E_DISK_FULL', message, hint: 'make room' }, { cause })
}

export function notCommitted(path: string, cause: unknown, lastBatchId: number): SprkError {
  return new SprkError(
    Exit.IO,
    {
      code: 'E_IO',
      message: `${path}: the commit failed: ${messageOf(cause)}; last batch seen ${lastBatchId}`,
      hint: 'fix the disk and start again; committed batches are kept',
    },
    { cause },
  )
}

/** The saved positions are of another log. */
export function otherLog(path: string, source: string, saved: string, found: string): SprkError {
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_CLUSTER_CHANGED',
    message: `${path}: ${source} was read from log ${saved} and now reads from ${found}: the saved offsets mean nothing there`,
    hint: 'point `brokers:` at the old cluster, or begin anew with another file under `state:`',
  })
}
