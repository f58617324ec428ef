// Questions to a log: an answer in time, or exit 69. Notices on the way go to the host.

import { unavailable } from '../execution/deadline.ts'
import { pull, Stalled } from '../execution/pull.ts'
import type { Notice } from '../notice.ts'
import type { Host } from './host.ts'

export interface Asking {
  readonly host: Host
  readonly signal: AbortSignal
  /** How long the log may say nothing. */
  readonly timeoutMs: number
}

/** What the stream returns. Throws Stopped after an abort, a SprkError (exit 69) when the time is up. */
export async function ask<T>(stream: AsyncGenerator<Notice, T>, asking: Asking): Promise<T> {
  const { host, signal, timeoutMs } = asking
  const answers = pull(stream, { clock: host.clock, signal, timeoutMs })
  try {
    for (;;) {
      const next = await answers.next()
      if (next.done === true) return next.value
      host.tell(next.value)
    }
  } catch (error) {
    throw inTime(error, asking)
  }
}

/** What is thrown where a stream gave nothing for too long. */
export function inTime(error: unknown, { timeoutMs }: Asking): unknown {
  return error instanceof Stalled ? unavailable(timeoutMs, error.notice) : error
}
