// How connections are secured: what TLS trusts and shows, and who SASL says we are.

import { createSecureContext, type SecureContext } from 'node:tls'
import { Exit, messageOf, SprkError } from '../../errors.ts'

/** Certificates and keys are PEM texts. */
export interface Tls {
  /** Null: the authorities that Node.js trusts. */
  readonly ca: string | null
  /** What the client shows, for mutual TLS. */
  readonly client: { readonly cert: string; readonly key: string } | null
  /** The name that brokers' certificates must have; null: that of the address. */
  readonly servername: string | null
}

/** Those of SASL that this version knows. */
export const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

export interface Sasl {
  readonly mechanism: (typeof MECHANISMS)[number]
  readonly username: string
  readonly password: string
}

/** Throws a SprkError (exit 78) where a certificate or key is none, or they do not belong together. */
export function secureContext({ ca, client }: Tls): SecureContext {
  const context = (options: object, what: string) => {
    try {
      return createSecureContext(options)
    } catch (error) {
      const message = `${what} cannot be used (${messageOf(error)})`
      const hint =
        "`ca`, `cert` and `key` below `tls` name PEM files; a key must be its certificate's, and not encrypted"
      throw new SprkError(Exit.CONFIG, { code: 'E_TLS_FILES', message: `kafka: ${message}`, hint }, { cause: error })
    }
  }
  const trust = ca === null ? {} : { ca }
  if (ca !== null) context(trust, 'the certificate authorities of `tls.ca`')
  return context({ ...trust, ...client }, client === null ? 'TLS' : '`tls.cert` with `tls.key`')
}
