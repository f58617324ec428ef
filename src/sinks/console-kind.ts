// The sink console as the plan makes it.

import type { SinkKind } from '../sink.ts'
import { consoleSink } from './console.ts'
import type { ConsoleOptions } from './console-spec.ts'

export const consoleKind: SinkKind<ConsoleOptions> = {
  needsColumns: true,
  create: (options, input) => consoleSink(options, input),
}
