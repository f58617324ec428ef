// The bytes of an open file: windows of them in one buffer, and hashes of parts.

import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { Exit, messageOf, SprkError } from '../../errors.ts'

/** The buffer has one byte, 0, before the window and one spare byte behind it. */
export const WINDOW_START = 1

/** The system's identity of a file. */
export interface FileId {
  readonly device: bigint
  readonly inode: bigint
}

/** Calls `stat` for a regular file. Throws a SprkError: exit 66 where there is none, 77 without permission. */
export async function statFile(path: string): Promise<FileId & { readonly size: number }> {
  const stats = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw openFault(path, error)
  })
  if (!stats.isFile()) {
    const what = stats.isDirectory()
      ? 'a directory, not a file'
      : 'no file that can be read again, but a pipe or device'
    throw new SprkError(Exit.NO_INPUT, { code: 'E_NO_FILE', message: `${path}: this is ${what}` })
  }
  return { device: stats.dev, inode: stats.ino, size: Number(stats.size) }
}

export class FileBytes {
  readonly path: string
  readonly id: FileId
  readonly #handle: FileHandle
  #buffer: Buffer = Buffer.alloc(0)

  private constructor(path: string, handle: FileHandle, id: FileId) {
    this.path = path
    this.#handle = handle
    this.id = id
  }

  /** Throws a SprkError as `statFile` does. */
  static async open(path: string): Promise<FileBytes> {
    // Checked before opening, since opening a pipe would wait for its writer.
    await statFile(path)
    const handle = await open(path, constants.O_RDONLY).catch((error: unknown) => {
      throw openFault(path, error)
    })
    const { dev, ino } = await handle.stat({ bigint: true })
    return new FileBytes(path, handle, { device: dev, inode: ino })
  }

  /** Holds the last window. */
  get buffer(): Buffer {
    return this.#buffer
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  /**
   * Reads into `buffer` from WINDOW_START on. Returns the window's end in it; the window is shorter where the file
   * ends.
   */
  async read(position: number, length: number): Promise<number> {
    if (this.#buffer.length < length + 2) this.#buffer = Buffer.alloc(length + 2)
    return WINDOW_START + (await this.#readInto(this.#buffer, WINDOW_START, position, length))
  }

  /** SHA-256 of a part of the file, in hex. */
  async hash(position: number, length: number, salt = ''): Promise<string> {
    const bytes = Buffer.alloc(length)
    const read = await this.#readInto(bytes, 0, position, length)
    return createHash('sha256').update(salt).update(bytes.subarray(0, read)).digest('hex')
  }

  async #readInto(target: Buffer, start: number, position: number, length: number): Promise<number> {
    let done = 0
    while (done < length) {
      const { bytesRead } = await this.#handle
        .read(target, start + done, length - done, position + done)
        .catch((error: unknown) => {
          throw new SprkError(Exit.IO, { code: 'E_IO', message: `${this.path}: ${messageOf(error)}` }, { cause: error })
        })
      if (bytesRead === 0) break
      done += bytesRead
    }
    return done
  }

  /** Never throws. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => {})
  }
}

function openFault(path: string, error: unknown): SprkError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new SprkError(Exit.NO_INPUT, { code: 'E_NO_FILE', message: `${path}: there is no such file` })
    case 'EACCES':
    case 'EPERM':
      return new SprkError(Exit.PERMISSION, { code: 'E_PERMISSION', message: `${path}: may not be read` })
    default:
      return new SprkError(Exit.IO, { code: 'E_IO', message: `${path}: ${messageOf(error)}` }, { cause: error })
  }
}
