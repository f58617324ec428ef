// Pulls from a source that may wait for ever. An abort ends the wait at once, a time-out with the source's last notice.

import type { Clock } from '../clock.ts'
import { isNotice } from '../notice.ts'

/** The run was stopped while it waited for its source. */
export class Stopped extends Error {}

/** The source gave nothing but notices for too long; `notice` is the last of them, null if there was none. */
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
  /** How long the stream may give nothing but notices before Stalled is thrown; null: for ever. */
  readonly timeoutMs: number | null
}

/** Yields the items of the stream and returns its result. Throws Stopped, Stalled, or what the stream throws. */
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

/** Settles as the promise does, unless the abort or the time-out comes first. */
async function settle<T>(promise: Promise<T>, patience: Patience, lastNotice: string | null): Promise<T> {
  const { clock, signal, timeoutMs } = patience
  const done = new AbortController()
  const stop = () => done.abort()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const interrupted = clock.sleep(timeoutMs ?? FOREVER_MS, done.signal).then((): T => {
    throw signal.aborted ? new Stopped() : new Stalled(lastNotice)
  })
  // The loser of the race must not become an unhandled rejection.
  interrupted.catch(() => {})
  promise.catch(() => {})
  try {
    return await Promise.race([promise, interrupted])
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** The longest delay that a timer of Node takes. */
const FOREVER_MS = 2 ** 31 - 1
