// The built program against a broker with SASL: names of mechanisms, and sessions that end while it reads.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Producer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, createTopics, waitUntil } from '../support/kafka.ts'
import { PASSWORD, SESSION_MS, type SecureKafka, startSecureKafka, whyNoSecureKafka } from '../support/secure-kafka.ts'
import { runSprk, startSprk } from '../support/sprk.ts'

const env = { KAFKA_PASSWORD: PASSWORD }

describe.skipIf(whyNoSecureKafka() !== undefined)('a broker with SASL', () => {
  let kafka: SecureKafka

  beforeAll(async () => {
    kafka = await startSecureKafka()
  })

  const producers: Producer[] = []
  afterAll(async () => {
    for (const producer of producers) await producer.disconnect()
    await kafka?.stop()
  })

  /** Returns the folder of `sasl.yaml`. */
  function pipeline(listener: string, mechanism: string, topic: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'sprk-sasl-'))
    const lines = [
      'name: sasl',
      'source:',
      '  kafka:',
      `    brokers: ${kafka.addresses[listener]}`,
      `    topics: [${topic}]`,
      '    startingOffsets: earliest',
      '    format: json',
      `    sasl: {mechanism: ${mechanism}, username: alice, password: {env: KAFKA_PASSWORD}}`,
      'batchInterval: 100ms',
      'sink: discard',
    ]
    writeFileSync(join(folder, 'sasl.yaml'), lines.join('\n'))
    return folder
  }

  /** Returns what sends a record and counts those that were sent. */
  async function topicOf(topic: string): Promise<() => Promise<number>> {
    const client = clientOf(kafka.address)
    const [admin, producer] = [client.admin(), client.producer()]
    await admin.connect()
    await createTopics(admin, { topic })
    await admin.disconnect()
    await producer.connect()
    producers.push(producer)
    let sent = 0
    return async () => {
      await producer.send({ topic, messages: [{ value: JSON.stringify({ n: sent }) }] })
      return ++sent
    }
  }

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
    "takes a mechanism as Kafka's settings write it (%s)",
    async (name) => {
      await (await topicOf(name))()
      const { code, stderr, stdout } = await runSprk(['run', 'sasl.yaml', '--once', '--json'], {
        cwd: pipeline('SASL', name, name),
        env,
      })
      expect({ code, stderr, rows: rowsOf(stdout) }).toEqual({ code: 0, stderr: '', rows: 1 })
    },
  )

  it('says which mechanisms it has where it does not have the one that is named', async () => {
    const folder = pipeline('PLAINONLY', 'scram-sha-512', 'events')
    const { code, stderr } = await runSprk(['run', 'sasl.yaml', '--once'], { cwd: folder, env })
    expect(stderr.replace(/127\.0\.0\.1:\d+/, 'ADDRESS')).toMatch(
      /error\[E_SASL\]: kafka: ADDRESS does not offer the SASL mechanism scram-sha-512\n {2}hint: it offers PLAIN: write `mechanism: plain` below `sasl`\n/,
    )
    expect(code).toBe(76)
  })

  // Two connections, of which one has little to do, and several sessions one after the other.
  it.concurrent.each(['plain', 'scram-sha-256'])('is read for longer than a session lasts (%s)', async (mechanism) => {
    const topic = `sessions-${mechanism}`
    const send = await topicOf(topic)
    const running = startSprk(['run', 'sasl.yaml', '--json'], { cwd: pipeline('SHORT', mechanism, topic), env })
    try {
      const startedAt = performance.now()
      let sent = 0
      // Pauses of up to a whole session and more are among them.
      for (let pauseMs = 0; performance.now() - startedAt < 5 * SESSION_MS; pauseMs = (pauseMs + 700) % 4000) {
        sent = await send()
        await waitUntil(() => rowsOf(running.stdout) === sent || running.stderr !== '', 20_000)
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
      running.kill('SIGTERM')
      const { code, stderr, stdout } = await running.done
      expect({ code, stderr, rows: rowsOf(stdout) }).toEqual({ code: 0, stderr: '', rows: sent })
    } finally {
      running.kill('SIGKILL')
    }
  })
})

function rowsOf(stdout: string): number {
  const lines = stdout.split('\n').slice(0, -1)
  return lines.reduce((sum, line) => sum + Number(JSON.parse(line).numInputRows), 0)
}
