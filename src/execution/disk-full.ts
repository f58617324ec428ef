// Repeats a write while the disk is full, with notices.

import type { Clock } from '../clock.ts'
import { SprkError } from '../errors.ts'
import { info, type Notice, warning } from '../notice.ts'
import { Stopped } from './pull.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5000
/** The interval of the warnings during a wait. */
const REMIND_MS = 30_000

export interface Room {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long to wait from now on; null: for ever. */
  leftMs(): number | null
}

/**
 * Calls `write`, and repeats the call while it throws `E_DISK_FULL` (nothing was written then). Throws that error when
 * the time is up, Stopped after an abort, and any other error of `write`.
 */
export async function* withRoom(write: () => void, { clock, signal, leftMs }: Room): AsyncGenerator<Notice, void> {
  let waitMs = FIRST_WAIT_MS
  let warnedAt: number | null = null
  for (;;) {
    try {
      write()
      if (warnedAt !== null) yield info('there is room on the disk again')
      return
    } catch (error) {
      const left = leftMs()
      if (!isDiskFull(error) || (left !== null && left <= 0)) throw error
      if (warnedAt === null || clock.monotonic() - warnedAt >= REMIND_MS) {
        yield warning(`${error.message}; trying again`)
        warnedAt = clock.monotonic()
      }
      await clock.sleep(left === null ? waitMs : Math.min(waitMs, left), signal)
      if (signal.aborted) throw new Stopped()
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
  }
}

function isDiskFull(error: unknown): error is SprkError {
  return error instanceof SprkError && error.code === 'E_DISK_FULL'
}
