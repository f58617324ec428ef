// What commands ask of a log: an answer in time, or exit 69; what is told meanwhile goes to stderr.

import { stderr } from '../cli/print/redact.ts'
import { stopOnSignals } from '../cli/signals.ts'
import { systemClock } from '../cli/system-clock.ts'
import { unavailable } from '../execution/deadline.ts'
import { pull, Stalled, Stopped } from '../execution/pull.ts'
import type { Notice } from '../notice.ts'

export interface Asking {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Warnings on the way are not told: the answer says what went wrong. */
  readonly isQuiet?: boolean
}

/** What the stream returns. Throws Stopped after an abort, a SprkError (exit 69) when the time is up. */
export async function ask<T>(
  stream: AsyncGenerator<Notice, T>,
  { signal, timeoutMs, isQuiet = false }: Asking,
): Promise<T> {
  const answers = pull(stream, { clock: systemClock, signal, timeoutMs })
  try {
    for (;;) {
      const next = await answers.next()
      if (next.done === true) return next.value
      if (next.value.level === 'warning' && !isQuiet) stderr.write(`sprk: warning: ${next.value.message}\n`)
    }
  } catch (error) {
    throw error instanceof Stalled ? unavailable(timeoutMs, error.notice) : error
  }
}

/** Runs a command that a first signal ends at once, with the code that shells give (130 for Ctrl-C). */
export async function untilSignal(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = stopOnSignals()
  // What was asked and not waited for to its end must not keep the process.
  const ended = new AbortController()
  try {
    return await work(AbortSignal.any([stop.signal, ended.signal]))
  } catch (error) {
    if (error instanceof Stopped || stop.signal.aborted) return INTERRUPTED
    throw error
  } finally {
    ended.abort()
    stop.release()
  }
}

const INTERRUPTED = 130
