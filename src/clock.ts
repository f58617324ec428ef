// Time and randomness. cli/ passes them down, so that tests can control them.

export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number
  /** Milliseconds that never decrease; only differences have a meaning. */
  monotonic(): number
  /** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Resolves after a turn of the event loop, in which signals and sockets are handled. */
  yield(): Promise<void>
  /** Uniform in [0, 1). For jitter only, never for results. */
  random(): number
}
