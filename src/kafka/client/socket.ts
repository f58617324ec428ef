// A socket that frames answers itself: the system reads each one straight into one buffer, which is never copied.

import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, connect as connectTls, type SecureContext } from 'node:tls'
import { Framer } from './framer.ts'

const KEEP_ALIVE_MS = 60_000

export interface SocketOptions {
  readonly host: string
  readonly port: number
  readonly onConnect: () => void
  /** Null: without TLS. */
  readonly tls: TlsConnection | null
  /** Memory for a frame of so many bytes, length included. */
  readonly take: (length: number) => Buffer
}

export interface TlsConnection {
  readonly context: SecureContext
  /** The name that the certificate must have; null: that of the host. */
  readonly servername: string | null
}

/** The code of the error of a port that does not speak Kafka's protocol. */
export const NOT_KAFKA = 'ERR_NOT_KAFKA'

/** Emits each whole answer, its length included, as one `data` event. */
export function framedSocket({ host, port, onConnect, tls, take }: SocketOptions): Socket {
  const framer = new Framer(take, (frame) => socket.emit('data', frame))
  const onread = {
    buffer: () => framer.space(),
    callback: (length: number) => {
      const problem = framer.filled(length)
      if (problem !== null) socket.destroy(Object.assign(new Error(problem), { code: NOT_KAFKA }))
      return true
    },
  }
  const at = { host, port, onread }
  const socket: Socket =
    tls === null ? connect(at, onConnect) : connectTls({ ...at, ...tlsOptions(host, tls) }, onConnect)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  socket.setNoDelay(true)
  return socket
}

function tlsOptions(host: string, { context, servername }: TlsConnection): ConnectionOptions {
  const name = servername ?? host
  return {
    secureContext: context,
    // Addresses may not be sent as names, but certificates may have them.
    ...(isIP(name) === 0 && { servername: name }),
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  }
}
