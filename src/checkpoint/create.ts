// Tells whether there is a state file, and creates one that appears complete or not at all.

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Exit, SprkError } from '../errors.ts'
import { type Connection, connectEmpty } from './connection.ts'
import { codeOf, fileFault } from './faults.ts'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts'

/** The path behind links: lock and WAL must be the same under every name of the file. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw fileFault(path, error)
  }
  if (statOf(path, lstatSync) !== null) throw cannotCreate(path, 'a symbolic link that leads nowhere')
  try {
    return join(realpathSync(dirname(path)), basename(path))
  } catch (error) {
    throw fileFault(path, error)
  }
}

/**
 * Tells from the file's header alone whether there is a state file of ours. So a file that is refused is not changed,
 * and no file appears beside it. Call it while this process has no connection to the file (see lock.ts).
 */
export function isStateFile(path: string): boolean {
  const stats = statOf(path, statSync)
  if (stats === null) return false
  if (!stats.isFile()) throw cannotCreate(path, stats.isDirectory() ? 'a directory' : 'not a regular file')
  if (stats.size === 0) throw foreign(path, 'this is an empty file, not a state file of sprk', RESTORE)
  const header = readHeader(path)
  if (!isSqlite(header)) throw foreign(path, 'this is no SQLite database, and so no state file of sprk', RESTORE)
  if (header.readUInt32BE(68) !== APPLICATION_ID)
    throw foreign(path, 'this is the SQLite database of another program, not a state file of sprk')
  assertSchemaVersion(path, header.readUInt32BE(60))
  return true
}

/** Bytes of a page, as the header of a state file says. Call it as `isStateFile`. */
export function pageBytesOf(path: string): number {
  const bytes = readHeader(path).readUInt16BE(16)
  return bytes === 1 ? 65_536 : bytes
}

/** Where the header says by which journal a file is read and written: two bytes, 2 with a -wal, 1 with a -journal. */
export const JOURNAL_AT = 18

/** SQLite would open a read-only file without an error. The directory must be writable for the -wal. */
export function assertWritable(path: string): void {
  for (const needed of [path, dirname(path)]) {
    try {
      accessSync(needed, constants.R_OK | constants.W_OK)
    } catch (error) {
      throw fileFault(path, error)
    }
  }
}

export function assertSchemaVersion(path: string, version: number): void {
  if (version <= SCHEMA_VERSION) return
  throw new SprkError(Exit.CONFIG, {
    code: 'E_STATE_NEWER',
    message: `${path}: the state file is of a newer sprk (format ${version}, this one knows ${SCHEMA_VERSION})`,
    hint: 'run it with the newer sprk, or name another file under `state:`',
  })
}

/**
 * Creates the state file. It is built as `<path>.new` and linked to its name when it is complete and on disk: a crash
 * leaves no state file or a complete one, and a file that another process created in between is not overwritten. Call
 * it under the lock.
 */
export function createStateFile(
  path: string,
  mode: number,
  fill: (connection: Connection) => void,
  pageBytes: number | null = null,
): void {
  refuseRemains(path)
  const built = `${path}.new`
  removeLeftOver(built)
  try {
    build(built, mode, fill, pageBytes)
    publish(built, path)
  } catch (error) {
    removeFiles(built)
    throw fileFault(path, error)
  }
}

/** Gives a complete file its name, durably. A file that another process created in between is not overwritten. */
export function publish(built: string, path: string): void {
  syncFile(built)
  linkSync(built, path)
  removeFiles(built)
  syncDirectory(path)
}

/** As every state file is. SQLite must not have the file open. */
export function putInWalMode(path: string): void {
  const handle = openSync(path, 'r+')
  try {
    writeSync(handle, Buffer.from([2, 2]), 0, 2, JOURNAL_AT)
  } finally {
    closeSync(handle)
  }
}

/** Removes what a crash left while the file was built, or between link and unlink. */
export function removeLeftOver(built: string): void {
  const stats = statOf(built, lstatSync)
  if (stats === null) return
  if (!stats.isFile() || !isLeftOver(built, stats.size)) throw cannotCreate(built, 'in the way, and not made by sprk')
  removeFiles(built)
}

/** SQLite writes the first page first, and with it our application id; a power cut may leave zeros. */
function isLeftOver(built: string, size: number): boolean {
  if (size === 0) return true
  const header = readHeader(built)
  return header.every((byte) => byte === 0) || (isSqlite(header) && header.readUInt32BE(68) === APPLICATION_ID)
}

/** Creates an empty file. Throws where there is a file of that name. */
export function makeEmptyFile(path: string, mode: number): void {
  const handle = openSync(path, 'wx', mode)
  try {
    // Sets the mode regardless of the umask; SQLite gives the -wal and the -shm the same mode.
    fchmodSync(handle, mode)
  } finally {
    closeSync(handle)
  }
}

function build(built: string, mode: number, fill: (connection: Connection) => void, pageBytes: number | null): void {
  makeEmptyFile(built, mode)
  const connection = connectEmpty(built)
  try {
    if (pageBytes !== null) connection.execute(`PRAGMA page_size = ${pageBytes}`)
    connection.execute('BEGIN IMMEDIATE')
    connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`)
    connection.execute(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    connection.execute(SCHEMA)
    fill(connection)
    connection.execute('COMMIT')
    connection.execute('PRAGMA journal_mode = WAL')
  } finally {
    connection.close()
  }
}

/** Removes a file and what SQLite keeps beside it. */
export function removeFiles(built: string): void {
  try {
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(`${built}${suffix}`, { force: true })
    unlinkSync(built)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw fileFault(built, error)
  }
}

/** Refuses the -wal and -journal of a lost state file: SQLite would write their pages into the new one. */
export function refuseRemains(path: string): void {
  for (const remains of [`${path}-wal`, `${path}-journal`]) {
    const stats = statOf(remains, statSync)
    if (stats === null || stats.size === 0) continue
    throw new SprkError(Exit.CANNOT_CREATE, {
      code: 'E_STATE_REMAINS',
      message: `${remains}: this belongs to a state file ${basename(path)} that is gone`,
      hint: `put ${basename(path)} back beside it, or move it away to begin anew`,
    })
  }
}

function syncFile(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function syncDirectory(path: string): void {
  try {
    syncFile(dirname(path))
  } catch (error) {
    throw fileFault(path, error)
  }
}

function statOf(path: string, stat: (path: string) => Stats): Stats | null {
  try {
    return stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw fileFault(path, error)
  }
}

/** The first 100 bytes, or zeros. */
export function readHeader(path: string): Buffer {
  const header = Buffer.alloc(100)
  try {
    const handle = openSync(path, 'r')
    try {
      readSync(handle, header, 0, header.length, 0)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw fileFault(path, error)
  }
  return header
}

function isSqlite(header: Buffer): boolean {
  return header.toString('latin1', 0, 16) === 'SQLite format 3\0'
}

/** The hint where the header of a state file may be damaged. */
const RESTORE = 'if it was one, restore it from a backup; else name another file under `state:`, or move this one away'
const AWAY = 'name another file under `state:`, or move this one away'

function foreign(path: string, message: string, hint = AWAY): SprkError {
  return new SprkError(Exit.CONFIG, {
    code: 'E_STATE_FOREIGN',
    message: `${path}: ${message}`,
    hint,
  })
}

function cannotCreate(path: string, what: string): SprkError {
  return new SprkError(Exit.CANNOT_CREATE, {
    code: 'E_CANNOT_CREATE',
    message: `${path}: this is ${what}`,
    hint: AWAY,
  })
}
