// @ts-check
// The broker that a benchmark reads from: one that runs already, or one that ends with the benchmark.

import { startBroker, stopBroker, stopBrokerWithThisProcess } from '../../scripts/kafka/broker.mjs'

/**
 * @param {string | undefined} address  of one that runs
 * @param {(line: string) => void} say
 * @param {(address: string) => Promise<void>} use
 */
export async function withBroker(address, say, use) {
  if (address !== undefined) return use(address)
  const broker = await startBroker({ say })
  const callOff = stopBrokerWithThisProcess(broker)
  try {
    await use(broker.address)
  } finally {
    await stopBroker(broker)
    callOff()
  }
}
