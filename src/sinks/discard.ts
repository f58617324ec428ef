// The sink discard: takes rows and writes nothing.

import * as v from 'valibot'
import { sinkKind } from '../kind.ts'
import type { Sink } from '../sink.ts'

export const discard = sinkKind('discard', 'Writes nothing: for benchmarks and dry runs.', v.object({}), {
  needsColumns: false,
  create: () => discardSink(),
})

export function discardSink(): Sink {
  return {
    guarantee: 'writes nothing',
    targets: [],
    canonical: 'discard',
    merges: false,
    whenReadAgain: 'discard: nothing is kept',
    open() {},
    stage: () => ({ add() {} }),
    write() {},
    keptBytes: () => 0,
    committed() {},
    abandoned() {},
  }
}
