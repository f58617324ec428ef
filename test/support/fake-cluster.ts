// Three small brokers of one cluster, for leaders that are missing, down or silent.

import { type FakeBroker, type FakeLog, startFakeBroker } from './fake-broker.ts'
import { encodeBatch } from './record-batch.ts'

export interface FakeCluster {
  readonly brokers: readonly [FakeBroker, FakeBroker, FakeBroker]
  /** What all of them say of brokers and leaders. */
  readonly view: { brokers: { readonly id: number; readonly port: number }[]; leaders: number[] }
  /** Ends one broker. */
  stop(broker: FakeBroker): Promise<void>
  /** Ends those that are left. */
  close(): Promise<void>
}

const records = Array.from({ length: 10 }, () => ({ value: '{"city": "a"}' }))

/** Three partitions of ten records; broker 1 leads partition 0, and so on. */
export const CLUSTER_LOG: FakeLog = {
  partitions: [0, 1, 2].map(() => [encodeBatch({ baseOffset: 0, records })]),
  end: 10,
}

export async function startFakeCluster(): Promise<FakeCluster> {
  const brokers = [
    await startFakeBroker(CLUSTER_LOG, 0, 1),
    await startFakeBroker(CLUSTER_LOG, 0, 2),
    await startFakeBroker(CLUSTER_LOG, 0, 3),
  ] as const
  const view: FakeCluster['view'] = { brokers: [...brokers], leaders: [1, 2, 3] }
  for (const broker of brokers) broker.view = view
  const open = new Set<FakeBroker>(brokers)
  const stop = async (broker: FakeBroker) => {
    open.delete(broker)
    await broker.close()
  }
  const close = async () => {
    await Promise.all([...open].map(stop))
  }
  return { brokers: [...brokers], view, stop, close }
}
