// Pulling from a source that may wait for ever: an abort ends it at once, a time-out ends it with a reason.

import type { Clock } from '../clock.ts'
import { isNotice } from '../notice.ts'

/** The run was stopped while it waited for its source. */
export class Stopped extends Error {}

/** The source gave nothing but notices for too long; `message` is its last notice, if there was one. */
export class Stalled extends Error {
  readonly notice: string | null
  constructor(notice: string | null) {
    super('stalled')
    this.notice = notice
  }
}

export interface Patience {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long no item may come before it throws Stalled; null: for ever. */
  readonly timeoutMs: number | null
}

/** Passes on what the stream gives and returns what it returns. Throws Stopped, Stalled, or what the stream throws. */
export async function* pull<Item extends object, Result>(
  stream: AsyncGenerator<Item, Result>,
  patience: Patience,
): AsyncGenerator<Item, Result> {
  const { clock, signal, timeoutMs } = patience
  let lastNotice: string | null = null
  let since = clock.monotonic()
  for (;;) {
    const left = timeoutMs === null ? null : timeoutMs - (clock.monotonic() - since)
    const result: IteratorResult<Item, Result> = await settle(
      stream.next(),
      { clock, signal, timeoutMs: left },
      lastNotice,
    )
    if (result.done === true) return result.value
    if (isNotice(result.value)) lastNotice = result.value.message
    else since = clock.monotonic()
    yield result.value
    if (signal.aborted) throw new Stopped()
  }
}

/** The promise's outcome, unless the abort or the time-out comes first. */
async function settle<T>(promise: Promise<T>, patience: Patience, lastNotice: string | null): Promise<T> {
  const { clock, signal, timeoutMs } = patience
  const done = new AbortController()
  const stop = () => done.abort()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const interrupted = clock.sleep(timeoutMs ?? FOREVER_MS, done.signal).then((): T => {
    throw signal.aborted ? new Stopped() : new Stalled(lastNotice)
  })
  // Whichever loses the race must not become an unhandled rejection.
  interrupted.catch(() => {})
  promise.catch(() => {})
  try {
    return await Promise.race([promise, interrupted])
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** The longest time a timer takes. */
const FOREVER_MS = 2 ** 31 - 1
