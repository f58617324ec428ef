// A broker of its own with TLS, mutual TLS and SASL, and the certificates for it, made by openssl when it starts.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Broker, startBroker, stopBroker, stopBrokerWithThisProcess } from '../../scripts/kafka/broker.mjs'
import { whyNoKafka } from '../../scripts/kafka/jars.mjs'

/** Why it cannot be started on this machine. */
export function whyNoSecureKafka(): string | undefined {
  return spawnSync('openssl', ['version']).status === 0 ? whyNoKafka() : 'no openssl'
}

export const PASSWORD = 'alice-secret #1'

export interface SecureKafka {
  /** The plain listener, whose user may do everything. */
  readonly address: string
  readonly controller: string
  /**
   * By listener: SASL, TLS, MTLS, SASLTLS, SASLMTLS; WRONGHOST has a certificate of another host, PLAINONLY one mechanism,
   * SHORT sessions of {@link SESSION_MS}.
   */
  readonly addresses: Readonly<Record<string, string>>
  /** Holds ca.pem, client.pem and client.key, other-ca.pem, stranger.pem and stranger.key (of the other authority). */
  readonly folder: string
  readonly pid: number
  stop(): Promise<void>
}

/** User alice with {@link PASSWORD} for all mechanisms. */
export async function startSecureKafka(): Promise<SecureKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-certificates-'))
  makeCertificates(folder)
  let callOff = () => {}
  const broker = await startBroker({
    onSpawn: (started: Broker) => {
      callOff = stopBrokerWithThisProcess(started)
    },
    more: { protocols, properties: properties(folder), format: scramUsers() },
  })
  const stop = async () => {
    callOff()
    await stopBroker(broker)
    rmSync(folder, { recursive: true, force: true })
  }
  return { ...broker, folder, stop }
}

const protocols = {
  SASL: 'SASL_PLAINTEXT',
  TLS: 'SSL',
  MTLS: 'SSL',
  SASLTLS: 'SASL_SSL',
  SASLMTLS: 'SASL_SSL',
  WRONGHOST: 'SSL',
  PLAINONLY: 'SASL_PLAINTEXT',
  SHORT: 'SASL_PLAINTEXT',
}

/** After which credentials have to be shown again (KIP-368). */
export const SESSION_MS = 3000

function scramUsers(): string[] {
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=alice,password="${PASSWORD}"]`,
  ])
}

function properties(folder: string): string {
  const security = 'org.apache.kafka.common.security'
  const sasl = ['sasl', 'sasltls', 'saslmtls', 'plainonly', 'short'].flatMap((listener) => [
    `listener.name.${listener}.plain.sasl.jaas.config=${security}.plain.PlainLoginModule required user_alice="${PASSWORD}";`,
    `listener.name.${listener}.scram-sha-256.sasl.jaas.config=${security}.scram.ScramLoginModule required;`,
    `listener.name.${listener}.scram-sha-512.sasl.jaas.config=${security}.scram.ScramLoginModule required;`,
  ])
  const clients = { tls: 'none', sasltls: 'none', wronghost: 'none', mtls: 'required', saslmtls: 'required' }
  return [
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    ...sasl,
    'listener.name.plainonly.sasl.enabled.mechanisms=PLAIN',
    ...['plain', 'scram-sha-256'].map((name) => `listener.name.short.${name}.connections.max.reauth.ms=${SESSION_MS}`),
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${join(folder, 'server-keystore.pem')}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${join(folder, 'ca.pem')}`,
    'listener.name.wronghost.ssl.keystore.type=PEM',
    `listener.name.wronghost.ssl.keystore.location=${join(folder, 'elsewhere-keystore.pem')}`,
    ...Object.entries(clients).map(([listener, auth]) => `listener.name.${listener}.ssl.client.auth=${auth}`),
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users=User:ANONYMOUS',
    'allow.everyone.if.no.acl.found=true',
    '',
  ].join('\n')
}

function makeCertificates(folder: string): void {
  makeAuthority(folder, 'ca')
  makeAuthority(folder, 'other-ca')
  makeCertificate(folder, 'server', 'ca', 'IP:127.0.0.1,DNS:localhost')
  makeCertificate(folder, 'elsewhere', 'ca', 'DNS:kafka.example.com')
  makeCertificate(folder, 'client', 'ca', 'DNS:client')
  makeCertificate(folder, 'stranger', 'other-ca', 'DNS:stranger')
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function makeAuthority(folder: string, name: string): void {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`]
  openssl(folder, ['req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`, ...files])
}

/** NAME.pem, NAME.key and, as Java wants it, both in NAME-keystore.pem. */
function makeCertificate(folder: string, name: string, authority: string, names: string): void {
  openssl(folder, ['req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`])
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${names}\n`)
  const signed = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2']
  openssl(folder, ['x509', '-req', '-in', `${name}.csr`, ...signed, '-extfile', `${name}.ext`, '-out', `${name}.pem`])
  const key = openssl(folder, ['pkcs8', '-topk8', '-nocrypt', '-in', `${name}.key`])
  const certificate = openssl(folder, ['x509', '-in', `${name}.pem`])
  writeFileSync(join(folder, `${name}-keystore.pem`), `${key}${certificate}`)
}

function openssl(folder: string, args: readonly string[]): string {
  return execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
