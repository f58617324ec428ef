// The built program against a broker with TLS and SASL: what is right reads, what is wrong says so and ends.

import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AclEntry } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, createTopics, javaTool } from '../support/kafka.ts'
import { PASSWORD, type SecureKafka, startSecureKafka, whyNoSecureKafka } from '../support/secure-kafka.ts'
import { runSprk, type SprkResult } from '../support/sprk.ts'

const reason = whyNoSecureKafka()
if (reason !== undefined) {
  if (process.env['CI'] === 'true') throw new Error(`tests of TLS and SASL need Java 17, Maven and openssl: ${reason}`)
  process.stderr.write(`\nTESTS OF TLS AND SASL SKIPPED: ${reason}\n\n`)
}

/** Otherwise every transport, mechanism and reason is met at least once. */
const isFull = process.env['SPRK_TEST_FULL'] === '1'

const RECORDS = 100
const OWN_CA = '{ca: certs/ca.pem}'
const MUTUAL = '{ca: certs/ca.pem, cert: certs/client.pem, key: certs/client.key}'
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

let kafka: SecureKafka

interface Attempt {
  /** A listener of the secure broker, or host:port. */
  readonly to: string
  readonly tls?: string
  readonly sasl?: (typeof mechanisms)[number]
  readonly user?: string
  readonly password?: string
  readonly topic?: string
  readonly groupId?: string
  readonly timeout?: string
}

interface Attempted extends SprkResult {
  readonly folder: string
}

async function attempt({ to, tls, sasl, user = 'alice', password = PASSWORD, ...more }: Attempt): Promise<Attempted> {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-security-'))
  if (kafka !== undefined) symlinkSync(kafka.folder, join(folder, 'certs'))
  const { address = to, controller = to } = kafka ?? {}
  const brokers = { PLAIN: address, CONTROLLER: controller, ...kafka?.addresses }[to] ?? to
  const lines = [
    'name: secure',
    'source:',
    '  kafka:',
    `    brokers: ${brokers}`,
    `    topics: [${more.topic ?? 'events'}]`,
    '    startingOffsets: earliest',
    '    format: json',
    ...(more.groupId === undefined ? [] : [`    groupId: ${more.groupId}`]),
    ...(tls === undefined ? [] : [`    tls: ${tls}`]),
    ...(sasl === undefined
      ? []
      : [`    sasl: {mechanism: ${sasl}, username: ${user}, password: {env: KAFKA_PASSWORD}}`]),
    'sink: discard',
  ]
  writeFileSync(join(folder, 'secure.yaml'), lines.join('\n'))
  const args = ['run', 'secure.yaml', '--once', '--json', '--verbose', '--timeout', more.timeout ?? '20s']
  return { ...(await runSprk(args, { cwd: folder, env: { KAFKA_PASSWORD: password } })), folder }
}

/** The one error line, without the address that differs from run to run. */
function errorLine({ stderr }: SprkResult): string {
  const lines = stderr.split('\n').filter((line) => line.includes('error['))
  expect(lines).toHaveLength(1)
  return (lines[0] ?? '').replace(/127\.0\.0\.1:\d+/, 'ADDRESS')
}

describe.skipIf(reason !== undefined)('a broker with TLS and SASL', () => {
  beforeAll(async () => {
    kafka = await startSecureKafka()
    await seed()
  })

  afterAll(() => kafka?.stop())

  const transports: [string, string, string | undefined][] = [
    ['without TLS', 'SASL', undefined],
    ['with TLS', 'SASLTLS', OWN_CA],
    ['with mutual TLS', 'SASLMTLS', MUTUAL],
  ]
  const cells = transports.flatMap(([how, to, tls], i) => {
    return mechanisms.filter((_, j) => isFull || i === j).map((sasl) => ({ how, to, tls, sasl }))
  })

  describe.concurrent('reads', () => {
    it.each([
      ['without TLS', { to: 'PLAIN' }],
      ['with TLS', { to: 'TLS', tls: OWN_CA }],
      ['with TLS under another name', { to: 'WRONGHOST', tls: '{ca: certs/ca.pem, servername: kafka.example.com}' }],
      ['with mutual TLS', { to: 'MTLS', tls: MUTUAL }],
    ])('%s and without SASL', async (_, how) => expectRead(await attempt(how)))

    it("with TLS and SASL what Kafka's own consumer reads", async () => {
      const settings = join(mkdtempSync(join(tmpdir(), 'sprk-security-')), 'consumer.properties')
      writeFileSync(
        settings,
        `security.protocol=SASL_SSL
ssl.truststore.type=PEM
ssl.truststore.location=${join(kafka.folder, 'ca.pem')}
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="alice" password="${PASSWORD}";
`,
      )
      const printed = await javaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        ...['--bootstrap-server', String(kafka.addresses['SASLTLS']), '--command-config', settings],
        ...['--topic', 'events', '--partition', '0', '--offset', 'earliest'],
        ...['--max-messages', String(RECORDS), '--timeout-ms', '20000'],
      ])
      expect(printed.trimEnd().split('\n')).toHaveLength(RECORDS)
      expectRead(await attempt({ to: 'SASLTLS', tls: OWN_CA, sasl: 'scram-sha-512' }))
    })

    it.each(cells)('$how and with $sasl', async ({ to, tls, sasl }) => {
      expectRead(await attempt({ to, sasl, ...(tls !== undefined && { tls }) }))
    })
  })

  it('reads where the user may not write to the consumer group, and warns once', async () => {
    const attempted = await attempt({ to: 'SASL', sasl: 'plain', groupId: 'forbidden' })
    expect(attempted.code).toBe(0)
    expect(attempted.stderr.match(/^sprk: warning: .*/gm)).toEqual([
      'sprk: warning: kafka: progress is not mirrored: consumer group forbidden: the user may not use it (GROUP_AUTHORIZATION_FAILED); grant the user READ on the group, or write `mirrorOffsets: false`',
    ])
  })

  const refusals: [string, number, RegExp, Attempt][] = [
    [
      'a wrong password',
      77,
      /E_AUTHENTICATION.*ADDRESS does not accept the user alice/,
      { to: 'SASL', sasl: 'plain', password: 'wrong-one' },
    ],
    [
      'a wrong password for SCRAM',
      77,
      /E_AUTHENTICATION.*does not accept/,
      { to: 'SASLTLS', tls: OWN_CA, sasl: 'scram-sha-512', password: 'wrong-one' },
    ],
    [
      'an unknown user',
      77,
      /E_AUTHENTICATION.*does not accept the user bob/,
      { to: 'SASL', sasl: 'scram-sha-256', user: 'bob' },
    ],
    [
      'an unknown authority',
      77,
      /E_CERTIFICATE.*ADDRESS shows a certificate that is not trusted/,
      { to: 'TLS', tls: 'true' },
    ],
    ['another authority', 77, /E_CERTIFICATE.*not trusted/, { to: 'TLS', tls: '{ca: certs/other-ca.pem}' }],
    ['a certificate of another host', 77, /E_CERTIFICATE.*another name/, { to: 'WRONGHOST', tls: OWN_CA }],
    ['no client certificate', 77, /E_CLIENT_CERTIFICATE/, { to: 'MTLS', tls: OWN_CA }],
    [
      "a stranger's certificate",
      77,
      /E_CLIENT_CERTIFICATE/,
      { to: 'MTLS', tls: '{ca: certs/ca.pem, cert: certs/stranger.pem, key: certs/stranger.key}' },
    ],
    [
      'a topic that it may not read',
      77,
      /E_AUTHORIZATION.*forbidden/,
      { to: 'SASL', sasl: 'plain', topic: 'forbidden' },
    ],
    ['no TLS towards TLS', 76, /E_TLS\]: kafka: ADDRESS speaks TLS, but the pipeline has no `tls`/, { to: 'TLS' }],
    ['SASL without TLS towards both', 76, /E_TLS.*speaks TLS/, { to: 'SASLTLS', sasl: 'plain' }],
    ['TLS towards none', 76, /E_TLS\]: kafka: ADDRESS does not speak TLS/, { to: 'PLAIN', tls: OWN_CA }],
    ['TLS towards SASL without it', 76, /E_TLS.*does not speak TLS/, { to: 'SASL', tls: OWN_CA, sasl: 'plain' }],
    ['no SASL towards SASL', 76, /E_SASL.*it probably asks for credentials/, { to: 'SASL' }],
    ['no SASL towards SASL over TLS', 76, /E_SASL.*it probably asks for credentials/, { to: 'SASLTLS', tls: OWN_CA }],
    ['SASL towards none', 76, /E_SASL.*does not ask for credentials/, { to: 'PLAIN', sasl: 'plain' }],
    [
      'SASL towards none over TLS',
      76,
      /E_SASL.*does not ask for credentials/,
      { to: 'TLS', tls: OWN_CA, sasl: 'scram-sha-256' },
    ],
    ["a controller's port", 76, /E_BROKER_VERSION.*no broker/, { to: 'CONTROLLER' }],
    [
      'a key of another certificate',
      78,
      /E_TLS_FILES/,
      { to: 'TLS', tls: '{ca: certs/ca.pem, cert: certs/client.pem, key: certs/stranger.key}' },
    ],
  ]

  const alsoInFull = /for SCRAM|unknown user|another authority|stranger|SASL without TLS|SASL without it|over TLS/
  const tested = refusals.filter(([what]) => isFull || !alsoInFull.test(what))

  it.concurrent.each(tested)('tells of %s with exit %i', async (_, code, message, how) => {
    const attempted = await attempt(how)
    expect(errorLine(attempted)).toMatch(message)
    expect(attempted.stderr).toMatch(/\n {2}hint: /)
    expect(attempted.code).toBe(code)
    expectNoSecret(attempted, how.password ?? PASSWORD)
  })

  async function seed(): Promise<void> {
    const client = clientOf(kafka.address)
    const admin = client.admin()
    await admin.connect()
    await createTopics(admin, { topic: 'events' }, { topic: 'forbidden' })
    const onlyNobody = { principal: 'User:nobody', host: '*', operation: 2, permissionType: 3 }
    const [topic, group] = [2, 3].map((resourceType) => {
      return { resourceType, resourceName: 'forbidden', resourcePatternType: 3, ...onlyNobody }
    }) as [AclEntry, AclEntry]
    await admin.createAcls({ acl: [topic, group] })
    await admin.disconnect()
    const producer = client.producer()
    await producer.connect()
    const messages = Array.from({ length: RECORDS }, (_, n) => ({ value: JSON.stringify({ n }) }))
    await producer.send({ topic: 'events', messages })
    await producer.disconnect()
  }
})

function expectRead(attempted: Attempted): void {
  const { code, stdout, stderr } = attempted
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).not.toContain('mirrored')
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => Number(JSON.parse(line).numInputRows))
  expect(rows.reduce((sum, n) => sum + n, 0)).toBe(RECORDS)
  expectNoSecret(attempted, PASSWORD)
}

/** Neither in what was printed nor in any file that was written. */
function expectNoSecret({ stdout, stderr, folder }: Attempted, password: string): void {
  const files = readdirSync(folder).filter((name) => name !== 'certs')
  const texts = [stdout, stderr, ...files.map((name) => readFileSync(join(folder, name), 'latin1'))]
  expect(files).toContain('secure.yaml')
  for (const text of texts) expect(text).not.toContain(password)
}

describe('a port of something else', () => {
  const servers: Server[] = []
  afterAll(() => {
    for (const server of servers) server.close()
  })

  async function listen(onConnection: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => onConnection(socket.on('error', () => {})))
    servers.push(server.listen(0, '127.0.0.1'))
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    return typeof address === 'object' ? `127.0.0.1:${address?.port}` : ''
  }

  it('that answers in text is told with exit 76', async () => {
    const to = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    const attempted = await attempt({ to })
    expect(errorLine(attempted)).toMatch(/E_PROTOCOL\]: kafka: ADDRESS does not speak Kafka's protocol/)
    expect(attempted.code).toBe(76)
  })

  it('that answers with an alert of TLS is told with exit 76', async () => {
    const to = await listen((socket) => socket.once('data', () => socket.write(Buffer.from('15030300020246', 'hex'))))
    const attempted = await attempt({ to })
    expect(errorLine(attempted)).toMatch(/E_TLS\]: kafka: ADDRESS speaks TLS/)
    expect(attempted.code).toBe(76)
  })

  it('that closes every connection may be a broker that is away: it is waited for', async () => {
    let connections = 0
    const to = await listen((socket) => {
      connections++
      socket.destroy()
    })
    const attempted = await attempt({ to, timeout: '2s' })
    expect(attempted.code).toBe(69)
    expect(connections).toBeGreaterThan(3)
  })

  it('that refuses twice and then closes connections is waited for: refusals are believed at the third', async () => {
    let connections = 0
    const to = await listen((socket) => {
      connections++
      socket.once('data', () =>
        connections > 2 ? socket.destroy() : socket.write(Buffer.from('15030300020246', 'hex')),
      )
    })
    const attempted = await attempt({ to, timeout: '2s' })
    expect(attempted.code).toBe(69)
  })
})
