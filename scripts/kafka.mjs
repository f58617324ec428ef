// @ts-check
// A developer's Kafka, the same as the tests': `npm run kafka start [PORT]` prints its address, `npm run kafka stop`.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { signal, startBroker, stopBroker } from './kafka/broker.mjs'
import { whyNoKafka } from './kafka/jars.mjs'

const stateFile = fileURLToPath(new URL('../.cache/kafka.json', import.meta.url))
const [command, port] = process.argv.slice(2)

if (command === 'start') await start()
else if (command === 'stop') await stop()
else fail('usage: npm run kafka start [PORT] | npm run kafka stop', 64)

async function start() {
  const running = readState()
  if (running !== undefined) return print(running.address)
  const reason = whyNoKafka()
  if (reason !== undefined) return fail(`Kafka cannot be started: ${reason}`, 69)
  const broker = await startBroker({ port: Number(port ?? 9092), say: (text) => process.stderr.write(`${text}\n`) })
  mkdirSync(dirname(stateFile), { recursive: true })
  writeFileSync(stateFile, `${JSON.stringify(broker, null, 2)}\n`)
  print(broker.address)
}

async function stop() {
  const running = readState()
  if (running !== undefined) await stopBroker(running)
  rmSync(stateFile, { force: true })
}

/** @returns {import('./kafka/broker.mjs').Broker | undefined} */
function readState() {
  if (!existsSync(stateFile)) return undefined
  const broker = JSON.parse(readFileSync(stateFile, 'utf8'))
  return signal(broker.pid, 0) && existsSync(join(broker.folder, 'broker.log')) ? broker : undefined
}

/** @param {string} address */
function print(address) {
  process.stdout.write(`${address}\n`)
}

/** @param {string} text @param {number} code */
function fail(text, code) {
  process.stderr.write(`${text}\n`)
  process.exitCode = code
}
