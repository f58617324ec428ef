// The sink discard as the plan makes it.

import type { SinkKind } from '../sink.ts'
import { discardSink } from './discard.ts'
import type { DiscardOptions } from './discard-spec.ts'

export const discardKind: SinkKind<DiscardOptions> = {
  needsColumns: false,
  create: () => discardSink(),
}
