// Saved positions written to a consumer group, for tools that show lag. Nothing of ours is ever read from there.
//
// Laws: the loop never waits for it; one write at most is under way, and it has the newest positions; before each write
// it looks at what the group holds, so that others' offsets which are ahead are not set back.

import type { Clock } from '../../clock.ts'
import { formatMs } from '../../duration.ts'
import { SprkError } from '../../errors.ts'
import { Fault } from '../../kafka/client/fault.ts'
import type { GroupOffsets } from '../../kafka/group/group-offsets.ts'
import type { Position } from '../../log.ts'
import type { ProgressMirror } from '../../mirror.ts'
import { info, type Notice, warning } from '../../notice.ts'
import { type Comparison, compareOffsets, type Difference, markOf } from './compare-offsets.ts'

export interface KafkaMirrorOptions {
  readonly groupId: string
  /** Tells our offsets from those of others. */
  readonly stateId: string
  /** Positions that are saved but no longer read are not told. */
  selects(position: Position): boolean
  /** Called when there is something to tell for the first time. */
  open(): Pick<GroupOffsets, 'read' | 'write' | 'close'>
}

/** From one write to the next. */
const PACE_MS = 1000

const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 10_000

/** What passes sooner is not worth a line: a coordinator that is elected, a new state that catches up. */
const PATIENCE_MS = 10_000

/** What is refused seldom passes: the group has members, or others are ahead, or the user may not write to it. */
const REFUSED_RETRY_MS = 60_000

/** Brokers forget offsets that are not written again (offsets.retention.minutes, a week by default). */
const REWRITE_MS = 3_600_000

export class KafkaMirror implements ProgressMirror {
  readonly #options: KafkaMirrorOptions
  readonly #mark: string
  readonly #clock: Clock
  #group: ReturnType<KafkaMirrorOptions['open']> | null = null
  /** As they were offered last. */
  #positions: readonly Position[] = []
  #state: 'told' | 'untold' | 'refused' = 'told'
  #worker: Promise<void> | null = null
  #nap = new AbortController()
  #isIdle = false
  #isSettling = false
  #isClosed = false
  /** Called when the positions are told or refused. */
  #onRest = (): void => {}
  #rewrittenAt = -Infinity
  /** In a row. */
  #faults = 0
  /** What may pass by itself. */
  #trouble: { readonly kind: string; readonly message: string; readonly since: number } | null = null
  #notices: Notice[] = []
  /** Kinds of warnings since all went well. */
  readonly #warned = new Set<string>()
  #hasTakenOver = false
  #bug: unknown

  constructor(options: KafkaMirrorOptions, clock: Clock) {
    this.#options = options
    this.#mark = markOf(options.stateId)
    this.#clock = clock
  }

  offer(positions: readonly Position[]): void {
    this.#positions = positions.filter((position) => this.#options.selects(position))
    if (this.#state === 'told') this.#state = 'untold'
    if (this.#isIdle) this.#nap.abort()
    this.#worker ??= this.#work()
  }

  /** Throws what is a bug. */
  notices(): Iterable<Notice> {
    if (this.#bug !== undefined) throw this.#bug
    const notices = this.#notices
    this.#notices = []
    return notices
  }

  async settle(timeoutMs: number): Promise<void> {
    if (this.#state === 'untold') await this.#rest(timeoutMs)
    const late = this.#state === 'untold' ? { kind: 'away', message: `no answer within ${formatMs(timeoutMs)}` } : null
    const trouble = this.#trouble ?? late
    if (trouble !== null) this.#warn(trouble.kind, trouble.message)
  }

  async #rest(timeoutMs: number): Promise<void> {
    this.#isSettling = true
    this.#nap.abort()
    const rested = new Promise<void>((resolve) => {
      this.#onRest = resolve
    })
    const timeout = new AbortController()
    await Promise.race([rested, this.#clock.sleep(timeoutMs, timeout.signal)])
    timeout.abort()
    this.#isSettling = false
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#nap.abort()
    await this.#group?.close()
  }

  /** Never rejects; ends when it is closed. */
  async #work(): Promise<void> {
    while (!this.#isClosed) {
      const positions = this.#positions
      try {
        await this.#tell(positions)
        this.#faults = 0
        this.#state = this.#positions === positions ? 'told' : 'untold'
      } catch (error) {
        if (!this.#isClosed) this.#fail(error)
      }
      if (this.#state !== 'untold') this.#onRest()
      await this.#pause()
    }
  }

  async #tell(positions: readonly Position[]): Promise<void> {
    this.#group ??= this.#options.open()
    const now = this.#clock.monotonic()
    const isWhole = now - this.#rewrittenAt >= REWRITE_MS
    const compared = compareOffsets(positions, await this.#group.read(positions), this.#mark)
    const writes = isWhole ? [...compared.changed, ...compared.same] : compared.changed
    if (writes.length > 0) {
      await this.#group.write(
        writes.map(({ topic, partition, next, leaderEpoch }) => {
          return { topic, partition, offset: next, leaderEpoch, metadata: this.#mark }
        }),
      )
    }
    if (isWhole) this.#rewrittenAt = now
    this.#report(compared)
  }

  #report({ ahead, takenOver }: Comparison): void {
    const group = `consumer group ${this.#options.groupId}`
    if (takenOver.length > 0 && !this.#hasTakenOver) {
      this.#hasTakenOver = true
      this.#notices.push(warning(`kafka: ${group} had offsets of others, now written over: ${listed(takenOver)}`))
    }
    if (ahead.length > 0) {
      const others = `${group} has offsets of others that are ahead: ${listed(ahead)}`
      this.#meetTrouble('ahead', `${others}; name another \`groupId\`, or write \`mirrorOffsets: false\``)
      return
    }
    this.#trouble = null
    if (this.#warned.size === 0) return
    this.#warned.clear()
    this.#notices.push(info(`kafka: progress is mirrored to ${group} again`))
  }

  #fail(error: unknown): void {
    this.#faults = error instanceof Fault ? this.#faults + 1 : 0
    this.#state = error instanceof Fault ? 'untold' : 'refused'
    if (error instanceof Fault) this.#meetTrouble('away', error.message)
    else if (error instanceof SprkError) {
      this.#trouble = null
      const hint = error.problems[0]?.hint
      const hints = [...(hint === undefined ? [] : [hint]), 'write `mirrorOffsets: false`']
      this.#warn(error.code, `${error.message}; ${hints.join(', or ')}`)
    } else this.#bug = error
  }

  #meetTrouble(kind: string, message: string): void {
    const now = this.#clock.monotonic()
    const since = this.#trouble?.kind === kind ? this.#trouble.since : now
    this.#trouble = { kind, message, since }
    if (now - since >= PATIENCE_MS) this.#warn(kind, message)
  }

  /** One of each kind, until all goes well. */
  #warn(kind: string, message: string): void {
    if (this.#warned.has(kind)) return
    this.#warned.add(kind)
    this.#notices.push(warning(`kafka: progress is not mirrored: ${message}`))
  }

  async #pause(): Promise<void> {
    if (this.#state === 'refused') return await this.#sleep(REFUSED_RETRY_MS)
    if (this.#faults > 0) return await this.#sleep(this.#isSettling ? FIRST_RETRY_MS : this.#retryMs())
    if (!this.#isSettling) await this.#sleep(PACE_MS)
    if (this.#state !== 'told') return
    this.#isIdle = true
    await this.#sleep(this.#trouble === null ? REWRITE_MS : REFUSED_RETRY_MS)
    this.#isIdle = false
  }

  /** Half of it is chance: many runs should not come at once. */
  #retryMs(): number {
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** (this.#faults - 1), MAX_RETRY_MS)
    return delayMs * (0.5 + this.#clock.random() / 2)
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#isClosed) return
    this.#nap = new AbortController()
    await this.#clock.sleep(ms, this.#nap.signal)
  }
}

const LISTED = 3

function listed(differences: readonly Difference[]): string {
  const shown = differences.slice(0, LISTED).map(({ key, committed, next }) => `${key} (${committed}, here ${next})`)
  const others = differences.length - shown.length
  return shown.join(', ') + (others > 0 ? ` and ${others} more` : '')
}
