// Connections to a broker that are opened together.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { Brokers } from '../../../src/kafka/client/brokers.ts'
import { startFakeBroker } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Connections that came before a broker had answered. */
async function connectionsOf(isHeld: boolean): Promise<() => number> {
  const broker = await startFakeBroker({ partitions: [[]], end: 0 })
  const sockets: Socket[] = []
  const door = createServer((near) => {
    sockets.push(near)
    near
      .on('error', () => {})
      .pipe(connect(broker.port, '127.0.0.1').on('error', () => {}))
      .pipe(near)
  })
  await once(door.listen(0, '127.0.0.1'), 'listening')
  const address = `127.0.0.1:${(door.address() as AddressInfo).port}`
  const brokers = new Brokers({ brokers: [address], clientId: 'test', isHeld }, hurriedClock)
  closing.push(
    () => broker.close(),
    () => door.close(),
    () => brokers.disconnect(),
  )
  await brokers.metadata(null)
  return () => sockets.length
}

it('opens a connection for requests that are held beside the other one, where there will be such', async () => {
  await expect.poll(await connectionsOf(true)).toBe(2)
  expect((await connectionsOf(false))()).toBe(1)
})
