// Asks a port that closes our connections what it speaks, so that a broker that is away is told from a wrong protocol.

import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'

const TIMEOUT_MS = 3000

export interface Port {
  readonly host: string
  readonly port: number
}

/** Whether it answers a TLS handshake; a refusal is an answer too. */
export function speaksTls({ host, port }: Port): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is sent, so the certificate need not be trusted.
    const socket = connectTls({ host, port, rejectUnauthorized: false })
    const end = (answer: boolean) => {
      resolve(answer)
      socket.destroy()
    }
    socket.setTimeout(TIMEOUT_MS, () => end(false))
    socket.once('secureConnect', () => end(true))
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => end(/^ERR_SSL_.*ALERT/.test(code)))
    socket.once('close', () => end(false))
  })
}

/** size 10 | ApiVersions (18) version 0 | correlation id 7 | no client id */
const API_VERSIONS = Buffer.from('0000000a00120000' + '00000007' + 'ffff', 'hex')

/** Whether it answers a request of Kafka's protocol without TLS. */
export function speaksPlainKafka({ host, port }: Port): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => socket.write(API_VERSIONS))
    const end = (answer: boolean) => {
      resolve(answer)
      socket.destroy()
    }
    let answer = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes])
      if (answer.length >= 8) end(answer.readInt32BE(4) === 7)
    })
    socket.setTimeout(TIMEOUT_MS, () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
  })
}
