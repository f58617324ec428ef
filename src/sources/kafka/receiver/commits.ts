// The group's offsets, told by a member: what is stored, for tools that show lag and for members that take over.

import type { Clock } from '../../../clock.ts'
import { Fault, within } from '../../../kafka/client/fault.ts'
import type { Member } from '../../../kafka/group/member.ts'
import type { Position } from '../../../log.ts'
import { PartitionMap } from '../../../partition-map.ts'
import type { TopicPartition } from '../../../record.ts'

/** From one write to the next. */
const PACE_MS = 1000

const RETRY_MS = 500

export class Commits {
  readonly #member: Pick<Member, 'commit'>
  readonly #mark: string
  readonly #clock: Clock
  readonly #offered = new PartitionMap<Position>()
  #nap = new AbortController()

  /** `mark`: the metadata that tells our offsets from those of others. */
  constructor(member: Pick<Member, 'commit'>, mark: string, clock: Clock) {
    this.#member = member
    this.#mark = mark
    this.#clock = clock
  }

  /** Takes positions that are stored; later ones replace them. */
  offer(positions: readonly Position[]): void {
    if (positions.length === 0) return
    for (const position of positions) this.#offered.set(position, position)
    this.#nap.abort()
  }

  /** Others read these partitions now. */
  forget(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#offered.delete(at)
  }

  /** Writes them now; gives up after a time, since the next member of a group waits meanwhile. */
  async flush(timeoutMs: number): Promise<void> {
    const late = () => new Fault('committing takes too long')
    await within(this.#write(), timeoutMs, this.#clock, late).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error
    })
  }

  /** Writes what is offered until the signal is aborted. Throws a SprkError where waiting does not help. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#nap = new AbortController()
      if (this.#offered.size === 0) {
        await this.#clock.sleep(NEVER_MS, AbortSignal.any([signal, this.#nap.signal]))
        continue
      }
      try {
        await this.#write()
        await this.#clock.sleep(PACE_MS, signal)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        await this.#clock.sleep(RETRY_MS, signal)
      }
    }
  }

  async #write(): Promise<void> {
    const positions = [...this.#offered.values()]
    if (positions.length === 0) return
    const isWritten = await this.#member.commit(
      positions.map(({ topic, partition, next, leaderEpoch }) => {
        return { topic, partition, offset: next, leaderEpoch, metadata: this.#mark }
      }),
    )
    // Else they are offered again once the member has joined.
    if (!isWritten) throw new Fault('not a member of the group')
    for (const position of positions) {
      if (this.#offered.get(position) === position) this.#offered.delete(position)
    }
  }
}

const NEVER_MS = 2 ** 31 - 1
