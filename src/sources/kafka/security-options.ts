// What a pipeline file says of securing connections to Kafka.

import * as v from 'valibot'
import { pemFile, secret } from '../../options.ts'

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

const files = v.pipe(
  v.object({
    ca: v.optional(
      v.pipe(
        pemFile('CERTIFICATE'),
        v.description('A file with the certificate authorities to trust, instead of the public ones (PEM).'),
      ),
    ),
    cert: v.optional(
      v.pipe(pemFile('CERTIFICATE'), v.description("A file with the client's certificate, for mutual TLS (PEM).")),
    ),
    key: v.optional(
      v.pipe(pemFile('PRIVATE KEY'), v.description("A file with the key of the client's certificate (PEM).")),
    ),
    servername: v.optional(
      v.pipe(
        v.string(),
        v.minLength(1, 'must not be empty'),
        v.description("The name in the brokers' certificates, where it is not that of their addresses."),
      ),
    ),
  }),
  v.check(({ cert, key }) => (cert === undefined) === (key === undefined), 'needs both of `cert` and `key`, or none'),
)

export const securityKeys = {
  tls: v.optional(
    v.pipe(
      v.union([v.boolean(), files]),
      v.description('Encrypts connections: `true` trusts public certificate authorities, a map may name others.'),
    ),
    false,
  ),
  sasl: v.optional(
    v.pipe(
      v.object({
        mechanism: v.pipe(
          // As pipeline files write them, and as Kafka's own settings do.
          v.picklist([...MECHANISMS, 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
          v.description('How the password is proved.'),
        ),
        username: v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.description('The user.')),
        password: v.pipe(
          secret(),
          v.description(
            "Where the user's password is kept: `{env: NAME}` or `{file: PATH}`; it never stands in the file.",
          ),
        ),
      }),
      v.description('Who we are, for brokers that ask for it.'),
    ),
  ),
}

type Security = v.InferOutput<v.ObjectSchema<typeof securityKeys, undefined>>

/** As `src/kafka` takes it; secrets are revealed only here, where a connection is made. */
export function securityOf({ tls, sasl }: Security) {
  return {
    tls: tls === false ? null : tlsOf(tls === true ? {} : tls),
    sasl: sasl === undefined ? null : { ...sasl, mechanism: mechanismOf(sasl), password: sasl.password.reveal() },
  }
}

function mechanismOf({ mechanism }: { readonly mechanism: string }): (typeof MECHANISMS)[number] {
  return mechanism.toLowerCase() as (typeof MECHANISMS)[number] // the schema accepts no other
}

function tlsOf({ ca, cert, key, servername }: v.InferOutput<typeof files>) {
  const client = cert === undefined || key === undefined ? null : { cert: cert.reveal(), key: key.reveal() }
  return { ca: ca?.reveal() ?? null, client, servername: servername ?? null }
}
