// SIGINT, SIGTERM and SIGHUP (the terminal is gone): the first one asks the run to stop, the second one ends it at once.

import { Stopped } from '../execution/pull.ts'

const EXIT_OF = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/** A signal that is aborted by the first of them. `release` gives them back their default meaning. */
export function stopOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const stop = (name: keyof typeof EXIT_OF) => {
    if (controller.signal.aborted) process.exit(EXIT_OF[name])
    controller.abort()
  }
  for (const name of SIGNALS) process.on(name, stop)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, stop)
    },
  }
}

/** Runs a command that a first signal ends at once, with the code that shells give (130 for Ctrl-C). */
export async function untilSignal(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = stopOnSignals()
  // A question whose answer is no longer waited for must not keep the process.
  const ended = new AbortController()
  try {
    return await work(AbortSignal.any([stop.signal, ended.signal]))
  } catch (error) {
    if (error instanceof Stopped || stop.signal.aborted) return EXIT_OF.SIGINT
    throw error
  } finally {
    ended.abort()
    stop.release()
  }
}
