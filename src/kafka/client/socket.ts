// A socket that frames answers itself: the system reads each one straight into one buffer, which is never copied.

import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, connect as connectTls, type SecureContext } from 'node:tls'

/** Answers are preceded by their length. */
export const LENGTH_BYTES = 4

const SCRATCH_BYTES = 64 * 1024
const KEEP_ALIVE_MS = 60_000

/** Whoever claims more does not speak Kafka's protocol ("HTTP" read as a length is 1.2 GB). */
const MAX_FRAME_BYTES = 1024 * 1024 * 1024

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

/** The code of an error that says that whoever answers does not speak Kafka's protocol. */
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

/** Cuts a stream of bytes into frames. */
export class Framer {
  readonly #take: (length: number) => Buffer
  readonly #emit: (frame: Buffer) => void
  /** Takes what arrives between frames; an unfinished length stays at its front. */
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  #held = 0
  #frame: Buffer | null = null
  #have = 0

  constructor(take: (length: number) => Buffer, emit: (frame: Buffer) => void) {
    this.#take = take
    this.#emit = emit
  }

  /** Where the next bytes are to be put. */
  space(): Buffer {
    return this.#frame === null ? this.#scratch.subarray(this.#held) : this.#frame.subarray(this.#have)
  }

  /** So many bytes were put there. Returns what is wrong with them. */
  filled(length: number): string | null {
    if (this.#frame !== null) {
      this.#have += length
      this.#finish(this.#frame)
      return null
    }
    const end = this.#held + length
    this.#held = 0
    let at = 0
    while (at < end) {
      if (end - at < LENGTH_BYTES) {
        this.#scratch.copy(this.#scratch, 0, at, end)
        this.#held = end - at
        return null
      }
      const body = this.#scratch.readInt32BE(at)
      if (isTlsRecord(body)) return 'an answer in TLS'
      if (body < LENGTH_BYTES || body > MAX_FRAME_BYTES) return `not Kafka's protocol: an answer of ${body} bytes`
      const frame = this.#take(LENGTH_BYTES + body)
      this.#have = this.#scratch.copy(frame, 0, at, Math.min(end, at + frame.length))
      at += this.#have
      this.#frame = frame
      this.#finish(frame)
    }
    return null
  }

  #finish(frame: Buffer): void {
    if (this.#have < frame.length) return
    this.#frame = null
    this.#emit(frame)
  }
}

/** An alert or a handshake message of TLS, read as a length: 350 MB and more. */
function isTlsRecord(length: number): boolean {
  const start = length >>> 16
  return start === 0x1503 || start === 0x1603
}
