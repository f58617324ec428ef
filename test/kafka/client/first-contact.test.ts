// What is said at the first contact with brokers: addresses that only they name, ports that are silent.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import type { Clock } from '../../../src/clock.ts'
import { Brokers } from '../../../src/kafka/client/brokers.ts'
import { closeOpened, fakeBroker, signal, sourceOn } from '../reading/log-check-support.ts'

const NEW = { logId: null, positions: [] }

/** Waits a tenth of the time. */
const impatientClock: Clock = { ...systemClock, sleep: (ms, until) => systemClock.sleep(ms / 10, until) }

const servers: Server[] = []

async function silentPort(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function closedPort(): Promise<number> {
  const port = await silentPort()
  const server = servers.pop()
  server?.close()
  if (server !== undefined) await once(server, 'close')
  return port
}

afterEach(async () => {
  await closeOpened()
  for (const server of servers.splice(0)) server.close()
})

describe('an advertised listener', () => {
  const firstNotice = async (port: number) => {
    const broker = await fakeBroker()
    broker.view = { brokers: [{ id: 7, port }], leaders: [7] }
    const { value } = await sourceOn(broker, 'fail', impatientClock).open(NEW, signal).next()
    return {
      value,
      named: `kafka: ${broker.address} answers and names broker 7 \`127.0.0.1:${port}\` (its advertised.listeners)`,
    }
  }

  it('that cannot be reached is told from the address that was given', async () => {
    const { value, named } = await firstNotice(await closedPort())
    expect(value).toMatchObject({
      level: 'warning',
      message: `${named}, which cannot be reached from here (ECONNREFUSED); trying again`,
    })
  })

  it('that is silent too', async () => {
    const { value, named } = await firstNotice(await silentPort())
    expect(value).toMatchObject({ message: `${named}, which cannot be reached from here (no answer); trying again` })
  })

  it('that has answered before is only away', async () => {
    const [seed, other] = [await fakeBroker(), await fakeBroker()]
    const view = { brokers: [{ id: 7, port: other.port }], leaders: [7] }
    seed.view = view
    other.view = view
    const brokers = new Brokers({ brokers: [seed.address], clientId: 'test' }, impatientClock)
    const ask = () => brokers.send(7, 18, 0, Buffer.alloc(0), 1000)
    await brokers.metadata(null)
    await ask()
    await other.close()
    await expect(ask().catch(() => ask())).rejects.toThrow(`cannot reach ${other.address} (ECONNREFUSED)`)
    await brokers.disconnect()
  })
})

describe('a port', () => {
  it('that takes connections and is silent is told from one that is away, after 3 s', async () => {
    const port = await silentPort()
    const waited: number[] = []
    const clock: Clock = {
      ...impatientClock,
      sleep: (ms, until) => {
        waited.push(ms)
        return impatientClock.sleep(ms, until)
      },
    }
    const brokers = new Brokers({ brokers: [`127.0.0.1:${port}`], clientId: 'test' }, clock)
    const said = `127.0.0.1:${port} takes connections and does not answer`
    await expect(brokers.metadata(null)).rejects.toThrow(said)
    expect(waited).toEqual([3000])
    // A broker that is only slow gets more time.
    await expect(brokers.metadata(null)).rejects.toThrow(said)
    expect(waited).toEqual([3000, 10_000])
    await brokers.disconnect()
  })
})
