// State files whose COMMIT fails.

import { type Connection, connect } from '../../src/checkpoint/connection.ts'
import { openCheckpoint } from '../../src/checkpoint/open.ts'
import { optionsFor, position } from './state-file.ts'

/** Once it is armed, the next COMMIT says that it failed: after it was done, or instead of it. */
export async function openFailing(path: string, isDone: boolean) {
  const state = { armed: false, opened: 0, closed: 0 }
  const connectTo = (to: string): Connection => {
    const connection = connect(to)
    state.opened += 1
    return {
      prepare: connection.prepare,
      get inTransaction() {
        return connection.inTransaction
      },
      execute(sql) {
        const fails = state.armed && sql === 'COMMIT'
        if (!fails || isDone) connection.execute(sql)
        if (!fails) return
        state.armed = false
        throw new Error('disk I/O error')
      },
      close() {
        state.closed += 1
        connection.close()
      },
    }
  }
  const checkpoint = await openCheckpoint(optionsFor(path), undefined, connectTo)
  checkpoint.register('source', null, [position(0, 100)])
  return { checkpoint, state }
}
