// Time and chance, handed in from the top so that a test can hold them.

export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number
  /** Milliseconds that never go back; only differences mean something. */
  monotonic(): number
  /** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Lets signals and sockets have their turn. */
  yield(): Promise<void>
  /** Uniform in [0, 1): jitter, never results. */
  random(): number
}
