// The sink discard: takes rows and writes nothing.

import type { Sink } from '../sink.ts'

export function discardSink(): Sink {
  return {
    guarantee: 'writes nothing',
    targets: [],
    canonical: 'discard',
    whenReadAgain: 'discard: nothing is kept',
    open() {},
    stage: () => ({ add() {} }),
    write() {},
    committed() {},
    abandoned() {},
  }
}
