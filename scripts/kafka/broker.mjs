// @ts-check
// Starts and stops one real Apache Kafka (KRaft, one node) with its own folder; for tests and for developers.

import { spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaJars } from './jars.mjs'

const startTimeoutMs = 60_000

/** Below those that Linux, macOS and Windows give to whoever asks for any. */
const chosenPorts = /** @type {const} */ ([20_000, 32_000])

/**
 * @typedef {object} Broker
 * @property {string} address  host:port
 * @property {number} pid
 * @property {string} folder   data and log; removed by whoever stops the broker
 * @property {string} jars     folder of the jars, for Kafka's own tools
 * @property {string} controller                  host:port of the controller
 * @property {Record<string, string>} addresses   host:port of each further listener
 */

/**
 * More than the plain listener that every broker has.
 *
 * @typedef {object} Listeners
 * @property {Record<string, string>} protocols   listener → SSL, SASL_PLAINTEXT or SASL_SSL
 * @property {string} properties                  lines of server.properties
 * @property {string[]} format                    arguments for the tool that formats the storage
 */

/**
 * Starts a broker and returns when it answers. The process outlives this one, unless `onSpawn` (called seconds before
 * that) sees to it.
 *
 * @param {{port?: number, say?: (text: string) => void, onSpawn?: (broker: Broker) => void, more?: Listeners, join?: Broker}} [options]
 *   `join`: the broker of the cluster in which this one becomes number 2
 * @returns {Promise<Broker>}
 */
export async function startBroker({ port, say = () => {}, onSpawn = () => {}, more, join: first } = {}) {
  const jars = await kafkaJars(say)
  const folder = mkdtempSync(join(tmpdir(), 'sprk-kafka-'))
  const names = Object.keys(more?.protocols ?? {})
  const [listenerPort = 0, controllerPort = 0, ...ports] = await freePorts([port ?? 0, 0, ...names.map(() => 0)])
  const address = `127.0.0.1:${listenerPort}`
  const controller = `127.0.0.1:${controllerPort}`
  const addresses = Object.fromEntries(names.map((name, i) => [name, `127.0.0.1:${ports[i]}`]))
  const properties = join(folder, 'server.properties')
  const lines = [serverProperties(address, controller, join(folder, 'data'))]
  if (more) lines.push(moreListeners(address, controller, addresses, more.protocols), more.properties)
  if (first) lines.push(secondNode(address, first))
  writeFileSync(properties, lines.join('\n'))
  format(jars, properties, first ? clusterIdOf(first) : clusterId(), more?.format ?? [])
  return await launch({ address, folder, jars, controller, addresses }, onSpawn)
}

/**
 * Starts a formatted broker, or one whose process has ended, with its data and at its address.
 *
 * @param {Omit<Broker, 'pid'>} stopped
 * @param {(broker: Broker) => void} [onSpawn]
 * @returns {Promise<Broker>}
 */
export async function launch(stopped, onSpawn = () => {}) {
  const { address, folder, jars } = stopped
  const log = openSync(join(folder, 'broker.log'), 'a')
  // Detached: Ctrl-C in a terminal ends the tests first, and they end the broker.
  const java = spawn('java', [...javaOptions(jars, '-Xmx512m'), 'kafka.Kafka', join(folder, 'server.properties')], {
    detached: true,
    stdio: ['ignore', log, log],
  })
  java.unref()
  if (java.pid === undefined) throw (await once(java, 'error'))[0]
  const broker = { ...stopped, pid: java.pid }
  onSpawn(broker)
  try {
    await waitUntilReady(Number(address.split(':')[1]), java)
  } catch (error) {
    const tail = readFileSync(join(folder, 'broker.log'), 'utf8').slice(-4000)
    await stopBroker(broker)
    throw new Error(`Kafka did not start:\n${tail}`, { cause: error })
  }
  return broker
}

/** Ends the process without ceremony, since nobody reads its data again. @param {Pick<Broker, 'pid' | 'folder'>} broker */
export async function stopBroker({ pid, folder }) {
  while (signal(pid, 'SIGKILL')) await sleep(20)
  rmSync(folder, { recursive: true, force: true })
}

/**
 * Ends the broker when this process dies, however that happens: a shell waits for the end of a pipe that the kernel
 * closes. Returns a function that calls it off.
 *
 * @param {Pick<Broker, 'pid' | 'folder'>} broker
 */
export function stopBrokerWithThisProcess({ pid, folder }) {
  const script = 'cat > /dev/null; kill -9 "$1"; sleep 0.5; rm -rf "$2"'
  const watchdog = spawn('sh', ['-c', script, 'sh', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watchdog.unref()
  return () => {
    watchdog.kill('SIGKILL')
    watchdog.stdin.destroy()
  }
}

/** Whether a process lives; with a signal other than 0, sends it. @param {number} pid @param {NodeJS.Signals | 0} name */
export function signal(pid, name) {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

/** What comes before the main class of Kafka itself or of one of its tools. @param {string} jars @param {string[]} more */
export function javaOptions(jars, ...more) {
  // One compiler tier and the serial collector: a tool starts in half the time, and a test broker needs no more.
  const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']
  return [...more, ...quick, '-cp', `${jars}/*`]
}

/** @param {string} jars @param {string} properties @param {string} cluster @param {string[]} more */
function format(jars, properties, cluster, more) {
  const tool = [...javaOptions(jars), 'kafka.tools.StorageTool']
  const args = [...tool, 'format', '-t', cluster, '-c', properties, ...more]
  const { status, stdout, stderr } = spawnSync('java', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Kafka's storage could not be formatted:\n${stdout}${stderr}`)
}

/** 16 random bytes as Kafka writes its ids; one that begins with a dash would be taken for an option. */
function clusterId() {
  return `s${randomBytes(16).toString('base64url').slice(1)}`
}

/** @param {Broker} broker */
function clusterIdOf({ folder }) {
  const [, id = ''] = /^cluster\.id=(.*)$/m.exec(readFileSync(join(folder, 'data/meta.properties'), 'utf8')) ?? []
  return id
}

/** Lines that take the place of those before. @param {string} listener @param {Broker} first */
function secondNode(listener, { controller }) {
  return `process.roles=broker
node.id=2
controller.quorum.voters=1@${controller}
listeners=PLAINTEXT://${listener}
advertised.listeners=PLAINTEXT://${listener}
`
}

/**
 * Records stay, however old their timestamps are, unless a topic says otherwise.
 *
 * @param {string} listener @param {string} controller @param {string} data
 */
function serverProperties(listener, controller, data) {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${controller}
listeners=PLAINTEXT://${listener},CONTROLLER://${controller}
advertised.listeners=PLAINTEXT://${listener}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${data}
num.partitions=1
auto.create.topics.enable=false
message.max.bytes=20971520
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.initial.task.delay.ms=500
log.cleaner.backoff.ms=200
log.retention.ms=-1
log.retention.check.interval.ms=1000
`
}

/**
 * Lines that take the place of those before: the last one counts.
 *
 * @param {string} listener @param {string} controller
 * @param {Record<string, string>} addresses @param {Record<string, string>} protocols
 */
function moreListeners(listener, controller, addresses, protocols) {
  const more = Object.entries(addresses).map(([name, address]) => `,${name}://${address}`)
  const map = Object.entries(protocols).map(([name, protocol]) => `,${name}:${protocol}`)
  return `listeners=PLAINTEXT://${listener},CONTROLLER://${controller}${more.join('')}
advertised.listeners=PLAINTEXT://${listener}${more.join('')}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${map.join('')}
`
}

/**
 * One for each wanted one; 0 leaves the choice. Not to the system: it would give the same port to somebody else, before the
 * broker has it or while the broker is away.
 *
 * @param {number[]} wanted @returns {Promise<number[]>}
 */
async function freePorts(wanted) {
  /** @type {number[]} */
  const ports = []
  for (const port of wanted) {
    let chosen = port || randomInt(...chosenPorts)
    while (ports.includes(chosen) || !(await isFree(chosen))) {
      if (port !== 0) throw new Error(`port ${port} is in use`)
      chosen = randomInt(...chosenPorts)
    }
    ports.push(chosen)
  }
  return ports
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** @param {number} port @param {import('node:child_process').ChildProcess} java */
async function waitUntilReady(port, java) {
  const deadline = performance.now() + startTimeoutMs
  while (!(await hasLiveBroker(port))) {
    if (java.exitCode !== null || java.signalCode !== null) throw new Error(`java ended with ${java.exitCode}`)
    if (performance.now() > deadline) throw new Error(`no answer within ${startTimeoutMs / 1000} s`)
    await sleep(50)
  }
}

/** Asks for metadata: the port opens before the broker has joined its own cluster. @param {number} port */
async function hasLiveBroker(port) {
  // size 14 | Metadata (3) version 1 | correlation id 1 | no client id | no topics
  const request = Buffer.from('0000000e' + '00030001' + '00000001' + 'ffff' + '00000000', 'hex')
  const socket = connect(port, '127.0.0.1', () => socket.write(request)).setTimeout(5000, () => socket.destroy())
  try {
    let answer = Buffer.alloc(0)
    // size | correlation id | number of brokers
    for await (const data of socket) {
      answer = Buffer.concat([answer, data])
      if (answer.length >= 12) return answer.readInt32BE(8) > 0
    }
    return false
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
