// Turns a broken connection into its reason: credentials, certificate or protocol. Waiting fixes none of them. A few
// attempts are made all the same, since a broker that has just started may not know its users yet.

import { Exit, type Problem, SprkError } from '../../errors.ts'
import { Fault } from './fault.ts'
import { type Failure, failureOf } from './kafkajs.ts'
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

/** The error of a connection is known for one. */
type Failed = Omit<Broken, 'error'> & { readonly error: Error; readonly failure: Failure }

/** Everything that a connection can suffer is worth another attempt: a Fault. Any other error is a bug, returned as it is. */
export function connectionFault(broken: Broken): unknown {
  const { address, error } = broken
  if (!(error instanceof Error) || error instanceof Fault) return error
  const failure = failureOf(error)
  const refusal = refused({ ...broken, error, failure })
  if (refusal !== null) return refusal
  const fault = (message: string) => new Fault(message, { cause: error })
  if (failure.kind === 'closed') return fault(`${address} closed the connection`)
  if (failure.kind === 'unreachable') return fault(`cannot reach ${address} (${failure.code})`)
  return failure.kind === 'bug' ? error : fault(`cannot talk to ${address} (${failure.message})`)
}

/** Null where the broker may only be away. */
function refused(failed: Failed): Fault | null {
  return certificateRefused(failed) ?? credentialsRefused(failed) ?? protocolRefused(failed)
}

/** Node's codes of certificates that OpenSSL does not trust, and that say why in their message. */
const UNTRUSTED =
  /^(UNABLE_TO_(VERIFY|GET_ISSUER)|SELF_SIGNED|DEPTH_ZERO|CERT_|INVALID_CA|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/

/** TLS alerts about a certificate, or its absence. Java sends 42, "bad certificate", where there is none. */
const CLIENT_CERTIFICATE =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|NO_CERTIFICATE|UNSUPPORTED_CERTIFICATE)/

function certificateRefused({ address, error, failure }: Failed): Fault | null {
  const { code } = failure
  const reason = reasonOf(failure)
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
function reasonOf({ reason }: Failure): string {
  const [, , , , , inner = reason] = reason.includes('SSL routines:') ? reason.split(':') : []
  return inner.replace(/[:\s]+$/, '')
}

const SHOW_CERTIFICATE = 'mutual TLS needs `cert` and `key` below `tls`, from an authority that the broker trusts'

function credentialsRefused({ address, error, sasl, reached, failure }: Failed): Fault | null {
  // Where credentials were accepted before, a session was not renewed in time: a new connection has a new one.
  if (failure.kind === 'no sasl' && reached === 'nothing') {
    const message = `${address} does not ask for credentials: this port has no SASL`
    const hint = 'leave `sasl` out, or name a port with SASL in `brokers`'
    return fault(Exit.PROTOCOL, { code: 'E_SASL', message, hint }, error)
  }
  if (failure.kind === 'no mechanism') {
    const message = `${address} does not offer the SASL mechanism ${sasl?.mechanism}`
    return fault(Exit.PROTOCOL, { code: 'E_SASL', message, hint: otherMechanisms(failure) }, error)
  }
  if (failure.kind !== 'credentials') return null
  const message = `${address} does not accept the user ${sasl?.username} with this password (${failure.reason})`
  const hint = 'check `username`, `password` and `mechanism` below `sasl`: a user exists for each mechanism of its own'
  return fault(Exit.PERMISSION, { code: 'E_AUTHENTICATION', message, hint }, error)
}

function otherMechanisms({ offered }: Failure): string {
  if (offered.length === 0) return `this version knows the mechanisms ${MECHANISMS.join(', ')}`
  const known = MECHANISMS.filter((mechanism) => offered.includes(mechanism.toUpperCase()))
  const offer = `it offers ${offered.join(', ')}`
  if (known.length === 0) return `${offer}; this version knows ${MECHANISMS.join(', ')}`
  return `${offer}: write \`mechanism: ${known.join('` or `')}\` below \`sasl\``
}

function protocolRefused({ address, error, failure, hasTls, sasl, reached }: Failed): Fault | null {
  const { code } = failure
  if (code === NOT_KAFKA) {
    if (failure.message.includes('in TLS')) return needsTls(address, error)
    const message = `${address} does not speak Kafka's protocol`
    return fault(Exit.PROTOCOL, { code: 'E_PROTOCOL', message, hint: NAME_A_BROKER }, error)
  }
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|.*PROTOCOL_VERSION)/.test(code))
    return needsNoTls(address, error)
  if (!isClosed(failure)) return null
  if (reached === 'greeting' && sasl === null) {
    const message = `${address} closes the connection at the first request: it probably asks for credentials`
    const hint =
      'add `sasl: {mechanism: …, username: …, password: {env: NAME}}`, or name a port without SASL in `brokers`'
    return fault(Exit.PROTOCOL, { code: 'E_SASL', message, hint }, error)
  }
  // With TLS 1.3 the handshake ends for us before the broker has checked our certificate.
  if (reached === 'nothing' && hasTls && !isHandshake(failure)) {
    const message = `${address} closes the connection after the TLS handshake: it probably asks for a certificate`
    return fault(Exit.PERMISSION, { code: 'E_CLIENT_CERTIFICATE', message, hint: SHOW_CERTIFICATE }, error)
  }
  return null
}

const NAME_A_BROKER = 'name the port of a broker in `brokers`'

/** The connection ended before anything was answered: what the port speaks has to be asked. */
export function isUnexplained({ error, hasTls, reached }: Broken): boolean {
  if (!(error instanceof Error) || reached !== 'nothing') return false
  const failure = failureOf(error)
  return isClosed(failure) && (!hasTls || isHandshake(failure))
}

function isClosed({ kind, code }: Failure): boolean {
  return kind === 'closed' || code === 'ECONNRESET' || code === 'EPIPE'
}

function isHandshake({ message }: Failure): boolean {
  return message.includes('before secure TLS connection')
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
