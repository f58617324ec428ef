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

/** One listener and one timer for all items of a stream: making them for each took longer than small chunks do. */
class Wait {
  readonly #patience: Patience
  readonly #ended = new AbortController()
  /** Ends the wait for the next item. */
  #interrupt: ((error: Error) => void) | null = null
  readonly #stop = (): void => this.#interrupt?.(new Stopped())
  lastNotice: string | null = null
  /** When the last item came that is no notice, on the monotonic clock. */
  since: number

  constructor(patience: Patience) {
    const { clock, signal, timeoutMs } = patience
    this.#patience = patience
    this.since = clock.monotonic()
    signal.addEventListener('abort', this.#stop, { once: true })
    if (timeoutMs !== null) void this.#watch(timeoutMs)
  }

  /** Settles as the promise does, unless the abort or the time-out comes first. */
  settled<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      promise.then(resolve, reject)
      if (this.#patience.signal.aborted) this.#stop()
    })
  }

  async #watch(timeoutMs: number): Promise<void> {
    const { clock } = this.#patience
    while (!this.#ended.signal.aborted) {
      const leftMs = this.since + timeoutMs - clock.monotonic()
      if (leftMs <= 0) this.#interrupt?.(new Stalled(this.lastNotice))
      await clock.sleep(leftMs > 0 ? leftMs : LOOK_MS, this.#ended.signal)
    }
  }

  end(): void {
    this.#patience.signal.removeEventListener('abort', this.#stop)
    this.#ended.abort(ENDED)
  }
}

/** Until the next look, where the time-out is over and nobody waits. */
const LOOK_MS = 100

/** Without a reason, a DOMException with its stack would be made. */
const ENDED = 'ended'
