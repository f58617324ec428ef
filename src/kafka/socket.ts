// A socket that frames answers itself: the system reads each one straight into one buffer, which is never copied.

import { connect, type Socket } from 'node:net'

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
  /** Memory for a frame of so many bytes, length included. */
  readonly take: (length: number) => Buffer
}

/** Emits each whole answer, its length included, as one `data` event. */
export function framedSocket({ host, port, onConnect, take }: SocketOptions): Socket {
  const framer = new Framer(take, (frame) => socket.emit('data', frame))
  const onread = {
    buffer: () => framer.space(),
    callback: (length: number) => {
      const problem = framer.filled(length)
      if (problem !== null) socket.destroy(new Error(problem))
      return true
    },
  }
  const socket: Socket = connect({ host, port, onread }, onConnect)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  socket.setNoDelay(true)
  return socket
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
