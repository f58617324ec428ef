// Offsets of a consumer group on brokers that refuse, move and misbehave.

import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import { SprkError } from '../../../src/errors.ts'
import { Brokers } from '../../../src/kafka/client/brokers.ts'
import { Fault } from '../../../src/kafka/client/fault.ts'
import { GroupOffsets } from '../../../src/kafka/group/group-offsets.ts'
import { type WireReader, WireWriter } from '../../../src/kafka/protocol/bytes.ts'
import { FAKE_TOPIC, type FakeBroker, startFakeBroker } from '../../support/fake-broker.ts'
import { byKey } from '../../support/partitions.ts'

const [COMMIT, FETCH, FIND] = [8, 9, 10]
const AT = { topic: FAKE_TOPIC, partition: 0 }
const WRITE = [{ ...AT, offset: 7, leaderEpoch: 1, metadata: 'me' }]
const LOG = { partitions: [[]], end: 0 }

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

interface Coordinator {
  readonly broker: FakeBroker
  /** Requests that it got: `find`, `fetch`, `commit`. */
  readonly asked: string[]
  /** Whom it names. */
  coordinator: number
  /** Error codes of the answers to come; afterwards all goes well. */
  readonly findErrors: number[]
  readonly fetchErrors: number[]
  readonly commitErrors: number[]
  /** What becomes of the next commit. */
  fate: 'answer' | 'close' | 'nonsense'
}

async function startCoordinator(id = 1, port = 0): Promise<Coordinator> {
  const broker = await startFakeBroker(LOG, port, id)
  opened.push(broker)
  const lists = { findErrors: [], fetchErrors: [], commitErrors: [] }
  const coordinator: Coordinator = { broker, asked: [], coordinator: id, fate: 'answer', ...lists }
  const { others } = broker
  others.set(FIND, () => find(coordinator))
  others.set(FETCH, () => fetch(coordinator))
  others.set(COMMIT, (request) => commit(coordinator, request))
  return coordinator
}

function find({ asked, findErrors, coordinator }: Coordinator): Buffer {
  asked.push('find')
  const error = findErrors.shift() ?? 0
  const id = error === 0 ? coordinator : -1
  return new WireWriter().int32(0).int16(error).int16(-1).int32(id).string('').int32(-1).finish()
}

function fetch({ asked, fetchErrors }: Coordinator): Buffer {
  asked.push('fetch')
  const writer = new WireWriter().int32(0).int32(1).string(FAKE_TOPIC).int32(2)
  writer.int32(0).int64(5).string('me').int16(0)
  writer.int32(1).int64(-1).int16(-1).int16(0)
  return writer.int16(fetchErrors.shift() ?? 0).finish()
}

function commit(coordinator: Coordinator, request: WireReader): Buffer | 'close' {
  const [group, generation, member] = [request.string(), request.int32(), request.string()]
  coordinator.asked.push(`commit ${group} ${generation} '${member}'`)
  const { fate } = coordinator
  coordinator.fate = 'answer'
  if (fate === 'close') return fate
  if (fate === 'nonsense') return Buffer.from('00', 'hex')
  const error = coordinator.commitErrors.shift() ?? 0
  return new WireWriter().int32(0).int32(1).string(FAKE_TOPIC).int32(1).int32(0).int16(error).finish()
}

function groupOn(...seeds: readonly Coordinator[]): GroupOffsets {
  const brokers = seeds.map(({ broker }) => broker.address)
  const group = new GroupOffsets(new Brokers({ brokers, clientId: 'test' }, systemClock), 'g')
  opened.push(group)
  return group
}

describe('GroupOffsets', () => {
  it('reads what is committed and writes as nobody of the group', async () => {
    const one = await startCoordinator()
    const group = groupOn(one)
    expect(byKey(await group.read([AT]))).toEqual({
      [`${FAKE_TOPIC}/0`]: { ...AT, offset: 5, metadata: 'me', errorCode: 0 },
    })
    await group.write(WRITE)
    expect(one.asked).toEqual(['find', 'fetch', "commit g -1 ''"])
  })

  it('asks the broker that keeps the group, not the one it knows', async () => {
    const [seed, other] = [await startCoordinator(1), await startCoordinator(2)]
    seed.broker.view = { brokers: [seed.broker, other.broker], leaders: [1] }
    seed.coordinator = 2
    await groupOn(seed).write(WRITE)
    expect([seed.asked, other.asked]).toEqual([['find'], ["commit g -1 ''"]])
  })

  it('looks for the coordinator again when it has moved or closes the connection', async () => {
    const one = await startCoordinator()
    const group = groupOn(one)
    one.commitErrors.push(16, 15)
    await expect(group.write(WRITE)).rejects.toThrow(new Fault('consumer group g: NOT_COORDINATOR', { graceMs: 5000 }))
    await expect(group.write(WRITE)).rejects.toThrow(
      new Fault('consumer group g: COORDINATOR_NOT_AVAILABLE', { graceMs: 5000 }),
    )
    one.fate = 'close'
    await expect(group.write(WRITE)).rejects.toThrow(new Fault(`${one.broker.address} closed the connection`))
    await group.write(WRITE)
    expect(one.asked.filter((api) => api === 'find')).toHaveLength(4)
  })

  it('takes for a fault that there is no coordinator yet, or that it is not ready', async () => {
    const one = await startCoordinator()
    const group = groupOn(one)
    one.findErrors.push(15)
    await expect(group.read([AT])).rejects.toThrow(Fault)
    one.fetchErrors.push(14)
    await expect(group.read([AT])).rejects.toThrow(
      new Fault('consumer group g: COORDINATOR_LOAD_IN_PROGRESS', { graceMs: 5000 }),
    )
    await expect(group.read([AT])).resolves.toBeDefined()
  })

  it('takes for a fault what is no answer', async () => {
    const one = await startCoordinator()
    const group = groupOn(one)
    one.fate = 'nonsense'
    await expect(group.write(WRITE)).rejects.toThrow(
      new Fault('broker 1 sent a bad answer (the answer ends too early)'),
    )
    await group.write(WRITE)
  })

  it.each([22, 25, 27])('says that the group has members (error %i)', async (code) => {
    const one = await startCoordinator()
    one.commitErrors.push(code)
    await expect(groupOn(one).write(WRITE)).rejects.toMatchObject({
      code: 'E_GROUP_MEMBERS',
      message: 'consumer group g has members',
    })
  })

  it('says what the user may not do, and what else is refused', async () => {
    const one = await startCoordinator()
    const group = groupOn(one)
    const refused = { name: 'SprkError', code: 'E_AUTHORIZATION', exit: 77 }
    one.findErrors.push(30)
    await expect(group.read([AT])).rejects.toMatchObject({
      ...refused,
      message: 'consumer group g: the user may not use it (GROUP_AUTHORIZATION_FAILED)',
    })
    one.commitErrors.push(29, 28)
    await expect(group.write(WRITE)).rejects.toMatchObject(refused)
    await expect(group.write(WRITE)).rejects.toThrow(SprkError)
  })

  it('passes over partitions that do not exist', async () => {
    const one = await startCoordinator()
    one.commitErrors.push(3)
    await groupOn(one).write(WRITE)
  })
})
