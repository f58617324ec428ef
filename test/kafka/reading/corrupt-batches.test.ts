// Bytes that are not what they should be: always a clear answer, never a wrong record.

import { describe, expect, it } from 'vitest'
import { encodeBatch, encodeRecord, seal, varint } from '../../support/record-batch.ts'
import { columns, everything, logWith, readAll, values } from '../support.ts'

describe('PartitionLog with bad bytes', () => {
  it('leaves out a batch that is cut short at the end', () => {
    const one = encodeBatch({ baseOffset: 0, records: values('a') })
    const two = encodeBatch({ baseOffset: 1, records: values('b') })
    const { log } = logWith(Buffer.concat([one, two]).subarray(0, one.length + two.length - 1))
    expect(readAll(log).map(({ value }) => value)).toEqual(['a'])
    expect(log.fetchOffset).toBe(1)
  })

  it('gives back an answer only when all of it was read', () => {
    const { log, spent } = logWith(encodeBatch({ baseOffset: 0, records: values('a', 'b') }))
    log.read(columns, { ...everything, untilOffset: 1 })
    expect(spent).toHaveLength(0)
    log.read(columns, { ...everything, untilOffset: 2 })
    // Its range ends here, and nobody may come back to it.
    expect(spent).toHaveLength(1)
    expect(readAll(log)).toEqual([])
    expect(spent).toHaveLength(1)
  })

  it('fetches a corrupt batch once more, then names it', () => {
    const good = encodeBatch({ baseOffset: 0, records: values('a') })
    const bad = encodeBatch({ baseOffset: 1, records: values('b') })
    flip(bad, bad.length - 2)
    const { log, add } = logWith(Buffer.concat([good, bad]))
    expect(readAll(log).map(({ value }) => value)).toEqual(['a'])
    expect([log.position, log.fetchOffset, log.isEmpty, log.buffered]).toEqual([1, 1, true, 0])
    add()
    expect(() => readAll(log)).toThrow(
      /^orders\/3: the batch at offset 1 is corrupt: its checksum is \w{8}, but should be/,
    )
  })

  it('goes on where the second fetch is good', () => {
    const bytes = encodeBatch({ baseOffset: 0, records: values('a') })
    flip(bytes, bytes.length - 2)
    const { log, add } = logWith(bytes)
    expect(readAll(log)).toEqual([])
    flip(bytes, bytes.length - 2)
    add()
    expect(readAll(log)).toHaveLength(1)
  })

  it('refuses offsets that a number cannot hold', () => {
    const bytes = encodeBatch({ baseOffset: 0, records: values('a') })
    bytes.writeBigInt64BE(2n ** 53n, 0)
    expect(() => logWith(bytes)).toThrow('offset 9007199254740992 is too large')
  })

  it('refuses records that contradict themselves', () => {
    const good = encodeRecord({ key: 'k', value: 'v' }, 0)
    const broken: [string, Buffer][] = [
      ['runs past its batch', Buffer.concat([varint(1000), good.subarray(1)])],
      ['runs past its batch', Buffer.from([0x01])],
      ['runs past its batch', Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
      ['runs past its end', Buffer.from([6 << 1, 0, 0, 0, 100 << 1, 65, 66])],
      ['out of order', Buffer.concat([good, encodeRecord({ value: 'w' }, 0)])],
      ['bytes are left', Buffer.concat([good, Buffer.from([0])])],
      ['headers of a record', Buffer.from([7 << 1, 0, 0, 0, 1, 1, 0, 0])],
      ['a header has no key', Buffer.from([8 << 1, 0, 0, 0, 1, 1, 2, 1, 0])],
      ['a varint does not end', Buffer.from([7 << 1, 0, 0, 0, 1, 1, 0x80, 0x80])],
    ]
    for (const [problem, payload] of broken) {
      const count = problem === 'out of order' ? 2 : 1
      const records = Array.from({ length: count }, () => ({ value: 'x' }))
      const { log, add } = logWith(encodeBatch({ baseOffset: 0, payload, records }))
      expect(readAll(log)).toEqual([])
      add()
      expect(() => readAll(log)).toThrow(problem)
    }
  })

  it('ends with a clear error or the right records, whatever bytes it is given', () => {
    const random = generator(42)
    const records = Array.from({ length: 20 }, (_, i) => ({
      key: `key${i}`,
      value: 'value'.repeat(i),
      headers: [['h', 'v'] as const],
    }))
    const whole = [0, 1].map((codec) => {
      const first = encodeBatch({ baseOffset: 0, codec, records: records.slice(0, 10) })
      return Buffer.concat([first, encodeBatch({ baseOffset: 10, records: records.slice(10) })])
    })
    for (let round = 0; round < 5_000; round++) {
      const bytes = Buffer.from(whole[round % 10 === 0 ? 1 : 0] as Buffer)
      const firstLength = 12 + bytes.readInt32BE(8)
      for (let flips = 1 + (random() % 3); flips > 0; flips--) {
        const where = random() % 4 === 0 ? random() % 61 : random() % bytes.length
        bytes[where] = random() % 2 === 0 ? random() & 255 : ([0, 127, 128, 255][random() % 4] as number)
      }
      if (random() % 4 > 0) seal(bytes.subarray(0, firstLength))
      const { log, add } = tolerant(() => logWith(bytes)) ?? {}
      if (log === undefined || add === undefined) continue
      tolerant(() => {
        for (let fetches = 0; fetches < 3; fetches++) {
          const offsets = readAll(log).map(({ offset }) => offset)
          if (offsets.some((offset) => offset >= log.position)) throw new Error(`a record from beyond ${log.position}`)
          if (!add()) break
        }
      })
    }
  })
})

function flip(bytes: Buffer, at: number): void {
  bytes[at] = (bytes[at] as number) ^ 1
}

/** A SprkError is an answer; anything else is a bug. */
function tolerant<T>(attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    expect(error).toMatchObject({ name: 'SprkError' })
    return undefined
  }
}

/** xorshift32. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
