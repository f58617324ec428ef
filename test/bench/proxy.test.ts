import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { startProxy } from '../../bench/harness/proxy.mjs'

test('hands on bytes in their order, later, with its own port in the place of the broker', async () => {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await startProxy(`127.0.0.1:${port}`, 10)
  expect(proxy.isUsed()).toBe(false)
  const own = Number(proxy.address.split(':')[1])
  const named = (port: number) => Buffer.concat([Buffer.from('127.0.0.1'), Buffer.from([0, 0, port >> 8, port & 255])])
  const socket = connect(own, '127.0.0.1')
  const parts = Array.from({ length: 200 }, (_, i) => Buffer.from(`${i},`))
  const startedAt = performance.now()
  for (const part of parts) socket.write(part)
  socket.write(named(port))
  let answer = Buffer.alloc(0)
  const whole = Buffer.concat([...parts, named(own)])
  for await (const data of socket) {
    answer = Buffer.concat([answer, data])
    if (answer.length >= whole.length) break
  }
  expect(answer).toEqual(whole)
  // A handshake and a request with its answer.
  expect(performance.now() - startedAt).toBeGreaterThan(15)
  expect(proxy.isUsed()).toBe(true)
  proxy.close()
  server.close()
})
