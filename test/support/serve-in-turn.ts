// Requests of a connection, one after the other, as a broker serves them.

import type { Socket } from 'node:net'

/** `serve` gets each request without its length. Later ones wait for the promise of an answer that is held; null: none is. */
export function serveInTurn(socket: Socket, serve: (request: Buffer) => Promise<void> | null): void {
  let pending = Buffer.alloc(0)
  const requests: Buffer[] = []
  let isHeld = false
  const drain = async (): Promise<void> => {
    while (!isHeld) {
      const request = requests.shift()
      if (request === undefined) return
      const held = serve(request)
      if (held === null) continue
      isHeld = true
      await held
      isHeld = false
    }
  }
  socket.on('data', (data) => {
    pending = Buffer.concat([pending, data])
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0)
      requests.push(pending.subarray(4, end))
      pending = pending.subarray(end)
    }
    void drain()
  })
}
