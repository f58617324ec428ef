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
  const wait = new Wait(patience)
  try {
    for (;;) {
      const result: IteratorResult<Item, Result> = await wait.settled(stream.next())
      if (result.done === true) return result.value
      if (isNotice(result.value)) wait.lastNotice = result.value.message
      else wait.since = patience.clock.monotonic()
      yield result.value
      if (patience.signal.aborted) throw new Stopped()
    }
  } finally {
    wait.end()
  }
}

/**
 * The wait for one item after the other. A timer is made only where a turn of the event loop passes first: making one for
 * each item takes longer than small chunks do.
 */
class Wait {
  readonly #patience: Patience
  /** Ends the wait for the next item; null: nobody waits. */
  #interrupt: ((error: Error) => void) | null = null
  readonly #stop = (): void => this.#interrupt?.(new Stopped())
  #timer: AbortController | null = null
  #isTimerDue = false
  lastNotice: string | null = null
  /** When the last item came that is no notice, on the monotonic clock. */
  since: number

  constructor(patience: Patience) {
    this.#patience = patience
    this.since = patience.clock.monotonic()
    patience.signal.addEventListener('abort', this.#stop, { once: true })
  }

  /** Settles as the promise does, unless the abort or the time-out comes first. */
  settled<T>(promise: Promise<T>): Promise<T> {
    const { signal, timeoutMs } = this.#patience
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      const end = () => this.#endWait()
      promise.then(end, end)
      promise.then(resolve, reject)
      if (signal.aborted) this.#stop()
      else if (timeoutMs !== null && !this.#isTimerDue) void this.#startTimer(timeoutMs)
    })
  }

  async #startTimer(timeoutMs: number): Promise<void> {
    const { clock } = this.#patience
    this.#isTimerDue = true
    await clock.yield()
    this.#isTimerDue = false
    if (this.#interrupt === null) return
    const timer = new AbortController()
    this.#timer = timer
    await clock.sleep(Math.max(this.since + timeoutMs - clock.monotonic(), 0), timer.signal)
    if (!timer.signal.aborted) this.#interrupt?.(new Stalled(this.lastNotice))
  }

  #endWait(): void {
    this.#interrupt = null
    this.#timer?.abort(ENDED)
    this.#timer = null
  }

  end(): void {
    this.#patience.signal.removeEventListener('abort', this.#stop)
    this.#endWait()
  }
}

/** Without a reason, a DOMException with its stack would be made. */
const ENDED = 'ended'
