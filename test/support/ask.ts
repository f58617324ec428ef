// One request to a broker over a socket of its own: what it answers, byte for byte.

import { once } from 'node:events'
import { connect } from 'node:net'

/** Returns the answer after the correlation id. `address` is `host:port`. */
export async function ask(
  address: string,
  api: { readonly key: number; readonly version: number },
  body: Buffer,
): Promise<Buffer> {
  const colon = address.lastIndexOf(':')
  const socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon))
  try {
    await once(socket, 'connect')
    const head = Buffer.alloc(14)
    head.writeInt32BE(10 + body.length, 0)
    head.writeInt16BE(api.key, 4)
    head.writeInt16BE(api.version, 6)
    head.writeInt32BE(1, 8) // correlation id
    head.writeInt16BE(-1, 12) // no client id
    socket.write(Buffer.concat([head, body]))
    let answer = Buffer.alloc(0)
    for await (const part of socket) {
      answer = Buffer.concat([answer, part])
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) return answer.subarray(8)
    }
    throw new Error('the broker closed the connection')
  } finally {
    socket.destroy()
  }
}
