// SIGINT and SIGTERM: the first one asks the run to stop, the second one ends the process at once.

const EXIT_OF = { SIGINT: 130, SIGTERM: 143 } as const

/** A signal that is aborted by the first SIGINT or SIGTERM. `release` gives both back their default meaning. */
export function stopOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const stop = (name: keyof typeof EXIT_OF) => {
    if (controller.signal.aborted) process.exit(EXIT_OF[name])
    controller.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return {
    signal: controller.signal,
    release: () => process.off('SIGINT', stop).off('SIGTERM', stop),
  }
}
