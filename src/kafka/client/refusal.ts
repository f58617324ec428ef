// What a broken connection says about credentials, certificates and protocols: what nobody mends by waiting. It is tried
// a few times all the same, since a broker that has just started may not know its users yet.

import { Exit, messageOf, type Problem, SprkError } from '../../errors.ts'
import { Fault } from './fault.ts'
import { MECHANISMS, type Sasl } from './security.ts'
import { NOT_KAFKA } from './socket.ts'

const ATTEMPTS = 3

/** A connection that broke. */
export interface Broken {
  readonly address: string
  readonly error: unknown
  readonly hasTls: boolean
  readonly sasl: Sasl | null
  /** How far it had come: versions were exchanged (and credentials accepted), another request was answered. */
  readonly reached: 'nothing' | 'greeting' | 'answer'
}

/** The broker has SASL, but not with our mechanism. */
export class MechanismError extends Error {
  override readonly name = 'MechanismError'
  /** As the broker writes them. */
  readonly offered: readonly string[]

  constructor(offered: readonly string[]) {
    super(`mechanisms: ${offered.join(', ')}`)
    this.offered = offered
  }
}

/** Null where the broker may only be away. */
export function refused(broken: Broken & { readonly error: Error }): Fault | null {
  const { error } = broken
  const { code = '', type = '' } = error as { code?: unknown; type?: unknown }
  return (
    certificateRefused(broken, String(code)) ??
    credentialsRefused(broken, String(type)) ??
    protocolRefused(broken, String(code))
  )
}

/** Node's codes of certificates that OpenSSL does not trust, and that say why in their message. */
const UNTRUSTED =
  /^(UNABLE_TO_(VERIFY|GET_ISSUER)|SELF_SIGNED|DEPTH_ZERO|CERT_|INVALID_CA|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/

/** TLS alerts about a certificate, or its absence. Java sends 42, "bad certificate", where there is none. */
const CLIENT_CERTIFICATE =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|NO_CERTIFICATE|UNSUPPORTED_CERTIFICATE)/

function certificateRefused(broken: Broken & { readonly error: Error }, code: string): Fault | null {
  const { address, error } = broken
  const reason = reasonOf(error)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const message = `${address} shows a certificate for another name (${reason})`
    const hint = 'name the broker as its certificate does, in `brokers` or in `tls.servername`'
    return fault(Exit.PERMISSION, { code: 'E_CERTIFICATE', message, hint }, error)
  }
  if (UNTRUSTED.test(code)) {
    const message = `${address} shows a certificate that is not trusted (${reason})`
    const hint = code.includes('EXPIRED')
      ? undefined
      : 'name the file of its certificate authority: `tls: {ca: ./ca.pem}`'
    return fault(Exit.PERMISSION, { code: 'E_CERTIFICATE', message, hint }, error)
  }
  if (CLIENT_CERTIFICATE.test(code)) {
    const message = `${address} refuses the client's certificate, or its absence (${reason})`
    return fault(Exit.PERMISSION, { code: 'E_CLIENT_CERTIFICATE', message, hint: SHOW_CERTIFICATE }, error)
  }
  return null
}

/** OpenSSL's are `ID:error:CODE:SSL routines:FUNCTION:REASON:FILE:LINE:MORE`. */
function reasonOf(error: Error): string {
  const message = messageOf(error).replace(/^Connection error: /, '')
  const [, , , , , reason = message] = message.includes('SSL routines:') ? message.split(':') : []
  return reason.replace(/[:\s]+$/, '')
}

const SHOW_CERTIFICATE = 'mutual TLS needs `cert` and `key` below `tls`, from an authority that the broker trusts'

function credentialsRefused(broken: Broken & { readonly error: Error }, type: string): Fault | null {
  const { address, error, sasl, reached } = broken
  // Where credentials were accepted before, a session was not renewed in time: a new connection has a new one.
  if (type === 'ILLEGAL_SASL_STATE' && reached === 'nothing') {
    const message = `${address} does not ask for credentials: this port has no SASL`
    const hint = 'leave `sasl` out, or name a port with SASL in `brokers`'
    return fault(Exit.PROTOCOL, { code: 'E_SASL', message, hint }, error)
  }
  if (error instanceof MechanismError) {
    const message = `${address} does not offer the SASL mechanism ${sasl?.mechanism}`
    return fault(Exit.PROTOCOL, { code: 'E_SASL', message, hint: otherMechanisms(error) }, error)
  }
  if (error.name !== 'KafkaJSSASLAuthenticationError') return null
  const message = `${address} does not accept the user ${sasl?.username} with this password (${error.message.replace(/^SASL .*? failed: /, '')})`
  const hint = 'check `username`, `password` and `mechanism` below `sasl`: a user exists for each mechanism of its own'
  return fault(Exit.PERMISSION, { code: 'E_AUTHENTICATION', message, hint }, error)
}

function otherMechanisms({ offered }: MechanismError): string {
  const known = MECHANISMS.filter((mechanism) => offered.includes(mechanism.toUpperCase()))
  const offer = `it offers ${offered.join(', ') || 'none'}`
  if (known.length === 0) return `${offer}; this version knows ${MECHANISMS.join(', ')}`
  return `${offer}: write \`mechanism: ${known.join('` or `')}\` below \`sasl\``
}

function protocolRefused(broken: Broken & { readonly error: Error }, code: string): Fault | null {
  const { address, error, hasTls, sasl, reached } = broken
  if (code === NOT_KAFKA) {
    if (messageOf(error).includes('in TLS')) return needsTls(address, error)
    const message = `${address} does not speak Kafka's protocol`
    return fault(Exit.PROTOCOL, { code: 'E_PROTOCOL', message, hint: NAME_A_BROKER }, error)
  }
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|.*PROTOCOL_VERSION)/.test(code))
    return needsNoTls(address, error)
  if (!isClosed(error, code)) return null
  if (reached === 'greeting' && sasl === null) {
    const message = `${address} closes the connection at the first request: it probably asks for credentials`
    const hint =
      'add `sasl: {mechanism: …, username: …, password: {env: NAME}}`, or name a port without SASL in `brokers`'
    return fault(Exit.PROTOCOL, { code: 'E_SASL', message, hint }, error)
  }
  // The handshake is over for us before a broker has looked at our certificate.
  if (reached === 'nothing' && hasTls && !isHandshake(error)) {
    const message = `${address} closes the connection after the TLS handshake: it probably asks for a certificate`
    return fault(Exit.PERMISSION, { code: 'E_CLIENT_CERTIFICATE', message, hint: SHOW_CERTIFICATE }, error)
  }
  return null
}

const NAME_A_BROKER = 'name the port of a broker in `brokers`'

/** The connection ended before anything was answered: what the port speaks has to be asked. */
export function isUnexplained({ error, hasTls, reached }: Broken): boolean {
  if (!(error instanceof Error) || reached !== 'nothing') return false
  const { code = '' } = error as { code?: unknown }
  return isClosed(error, String(code)) && (!hasTls || isHandshake(error))
}

function isClosed(error: Error, code: string): boolean {
  return error.name === 'KafkaJSConnectionClosedError' || code === 'ECONNRESET' || code === 'EPIPE'
}

function isHandshake(error: Error): boolean {
  return error.message.includes('before secure TLS connection')
}

export function needsTls(address: string, cause: unknown): Fault {
  const message = `${address} speaks TLS, but the pipeline has no \`tls\``
  return fault(
    Exit.PROTOCOL,
    { code: 'E_TLS', message, hint: 'add `tls: true`, or `tls: {ca: ./ca.pem}` with its own authority' },
    cause,
  )
}

export function needsNoTls(address: string, cause: unknown): Fault {
  const message = `${address} does not speak TLS`
  return fault(
    Exit.PROTOCOL,
    { code: 'E_TLS', message, hint: 'leave `tls` out, or name a port with TLS in `brokers`' },
    cause,
  )
}

function fault(exit: Exit, problem: Problem, cause: unknown): Fault {
  const { message } = problem
  const lasting = new SprkError(exit, { ...problem, message: `kafka: ${message}` }, { cause })
  return new Fault(message, { cause, lasting, attempts: ATTEMPTS })
}
