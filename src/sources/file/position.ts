// The identity of a file: what a position saves of it, and whether the file is still the same.

import { Exit, SprkError } from '../../errors.ts'
import type { Position } from '../../log.ts'
import type { FileBytes } from './bytes.ts'

const HEAD_BYTES = 4096
const TAIL_BYTES = 4096
const NEWLINE = 0x0a

/**
 * Identity of a file in 32 hex digits: 28 of a hash over its device, its inode and its first bytes, 4 for the number of
 * these bytes (the identity of a file that has grown may cover more of them).
 */
export async function identityOf(file: FileBytes, headBytes: number): Promise<string> {
  const bytes = Math.min(headBytes, HEAD_BYTES)
  const hash = await file.hash(0, bytes, `${file.id.device}/${file.id.inode}/${bytes}/`)
  return hash.slice(0, 28) + bytes.toString(16).padStart(4, '0')
}

/** Hash of the last bytes before `next`, in 32 hex digits; null at the beginning. */
export async function tailHashOf(file: FileBytes, next: number): Promise<string | null> {
  const bytes = Math.min(next, TAIL_BYTES)
  return bytes === 0 ? null : (await file.hash(next - bytes, bytes)).slice(0, 32)
}

/**
 * Throws a SprkError with exit 79 where the file is not the one that was read up to the position, or a line does not begin
 * there.
 */
export async function checkPosition(file: FileBytes, position: Position): Promise<void> {
  await assertUnchanged(file, position)
  const { topic, next, tailHash } = position
  if (next === 0 || (await endsLine(file, next))) return
  // A run with --once has read the rest without a newline: that is fine as long as nothing was appended to it.
  if ((await file.size()) === next && tailHash !== null) return
  const message = `${topic}: byte ${next}, where reading stopped, is in the middle of a line`
  throw lost('E_FILE_CHANGED', message)
}

/**
 * Throws a SprkError with exit 79 where what stands before the position is not what was read there: the file is another
 * one, or was emptied or written over.
 */
export async function assertUnchanged(file: FileBytes, { topic, next, topicId, tailHash }: Position): Promise<void> {
  const size = await file.size()
  if (size < next) throw shorter(topic, next, size)
  if (topicId !== null && !(await isIdentity(file, topicId))) {
    throw lost('E_FILE_REPLACED', `${topic}: this is not the file that was read up to byte ${next}, but another one`)
  }
  if (tailHash !== null && tailHash !== (await tailHashOf(file, next))) {
    throw lost('E_FILE_CHANGED', `${topic}: what stands before byte ${next} is not what was read there`)
  }
}

/**
 * Throws a SprkError (exit 78) if the file was read under another name: reading it from its beginning would count it
 * twice.
 */
export async function checkName(file: FileBytes, topic: string, positions: readonly Position[]): Promise<void> {
  for (const { topic: before, next, topicId } of positions) {
    if (topicId === null || next === 0 || !(await isIdentity(file, topicId))) continue
    throw new SprkError(Exit.CONFIG, {
      code: 'E_FILE_RENAMED',
      message: `${topic}: this file was read before as ${before}, up to byte ${next}`,
      hint: 'write `path:` as before, or name another `state:` file to read it from its beginning',
    })
  }
}

/** Whether the file has this identity; it may have grown since. */
export async function isIdentity(file: FileBytes, topicId: string): Promise<boolean> {
  return (await identityOf(file, Number.parseInt(topicId.slice(28), 16))) === topicId
}

export function shorter(topic: string, next: number, size: number): SprkError {
  return lost('E_OFFSET_AHEAD', `${topic}: it was read up to byte ${next}, and now has ${size} bytes: it was truncated`)
}

export function lost(code: string, message: string): SprkError {
  const hint = 'to read it from its beginning: sprk offsets reset <pipeline> --to-earliest --allow-duplicates --execute'
  return new SprkError(Exit.DATA_LOSS, { code, message, hint })
}

/** Whether the byte before the position is a newline. `position` is not 0. */
export async function endsLine(file: FileBytes, position: number): Promise<boolean> {
  const end = await file.read(position - 1, 1)
  return file.buffer[end - 1] === NEWLINE
}
