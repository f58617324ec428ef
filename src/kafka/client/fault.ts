// Faults that pass by themselves: a broker away, a leader that moves. The caller waits and tries again.

import type { Clock } from '../../clock.ts'
import type { SprkError } from '../../errors.ts'

/** Worth another attempt. The message is complete in itself, without "kafka:". */
export class Fault extends Error {
  override readonly name = 'Fault'
  /** What it is when it does not pass: null where that may take for ever. */
  readonly lasting: SprkError | null
  /** How often in a row it comes until it is taken for lasting; null: until it has lasted for a while. */
  readonly attempts: number | null
  /** What passes sooner is not worth a line. */
  readonly graceMs: number

  constructor(message: string, options: FaultOptions = {}) {
    super(message, options)
    this.lasting = options.lasting ?? null
    this.attempts = options.attempts ?? null
    this.graceMs = options.graceMs ?? 0
  }
}

interface FaultOptions {
  readonly cause?: unknown
  readonly lasting?: SprkError
  readonly attempts?: number
  readonly graceMs?: number
}

/**
 * What `promise` gives, unless it takes longer than `timeoutMs`: then `onTimeout` makes the error. The promise itself
 * goes on, and its result is dropped.
 */
export async function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  clock: Clock,
  onTimeout: () => Error,
): Promise<T> {
  const settled = new AbortController()
  const deadline = clock.sleep(timeoutMs, settled.signal).then(async () => {
    // Where the event loop was blocked, timers come before the answers that have come meanwhile.
    if (!settled.signal.aborted) await clock.yield()
    // The result of a settled promise was taken already. Promises that never settle are what this is for.
    if (!settled.signal.aborted) throw onTimeout()
    return promise
  })
  deadline.catch(() => {})
  try {
    return await Promise.race([promise, deadline])
  } finally {
    settled.abort()
  }
}

/** What `promise` gives, unless the signal is aborted first: then throws its reason. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
  })
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([aborted, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
