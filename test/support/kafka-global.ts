// One real Apache Kafka for a test run. It starts when the first test file asks for it, and dies with the run.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type Broker, startBroker, stopBroker, stopBrokerWithThisProcess } from '../../scripts/kafka/broker.mjs'
import { kafkaJars, whyNoKafka } from '../../scripts/kafka/jars.mjs'

/** What a test process is told; see `kafka.ts`. */
export type KafkaContext =
  | { readonly kind: 'offered'; readonly url: string }
  | { readonly kind: 'given'; readonly address: string; readonly jars: string | null }
  | { readonly kind: 'missing' }

/** What the URL of an offered Kafka answers. */
export type KafkaAnswer = Pick<Broker, 'address' | 'jars'> | { readonly error: string }

declare module 'vitest' {
  interface ProvidedContext {
    kafka: KafkaContext
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reason = whyNoKafka()
  const address = process.env['SPRK_TEST_BROKER']
  if (address) {
    project.provide('kafka', { kind: 'given', address, jars: reason === undefined ? await kafkaJars(say) : null })
    return async () => {}
  }
  if (reason === undefined) return offer(project)
  if (process.env['CI'] === 'true')
    throw new Error(`the tests need Apache Kafka, which needs Java 17 and Maven: ${reason}`)
  const text = `KAFKA TESTS SKIPPED: ${reason}. They need Java 17 and Maven, or SPRK_TEST_BROKER=host:port.`
  say(text)
  project.provide('kafka', { kind: 'missing' })
  return async () => say(text)
}

/** Listens for test files that want Kafka. */
async function offer(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<Broker> | undefined
  let callOff = () => {}
  const onSpawn = (broker: Broker) => {
    callOff = stopBrokerWithThisProcess(broker)
  }
  const server = createServer(async (_request, response) => {
    starting ??= startBroker({ say, onSpawn })
    const answer: KafkaAnswer = await starting.catch((error: Error) => ({ error: error.message }))
    response.end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  project.provide('kafka', { kind: 'offered', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  return async () => {
    server.close()
    server.closeAllConnections()
    const broker = await starting?.catch(() => undefined)
    if (broker === undefined) return
    callOff()
    await stopBroker(broker)
  }
}

function say(text: string): void {
  process.stderr.write(`\n${text}\n\n`)
}
