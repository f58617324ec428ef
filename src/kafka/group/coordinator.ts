// The broker that keeps a consumer group: finds it, asks it, and finds it again when it has moved.

import { Exit, SprkError } from '../../errors.ts'
import type { Api, Brokers } from '../client/brokers.ts'
import { Fault } from '../client/fault.ts'
import { MalformedError } from '../protocol/bytes.ts'
import { ErrorCode, errorName, isAuthorization, isWaitable } from '../protocol/errors.ts'
import { FIND_COORDINATOR, GROUP } from '../protocol/find-coordinator.ts'
import type { Message } from '../protocol/message.ts'

const REQUEST_TIMEOUT_MS = 10_000

/** A cluster in which no group was used yet makes the topic of their offsets first. */
const GRACE_MS = 5000

export class Coordinator {
  readonly #brokers: Brokers
  readonly #groupId: string
  /** A broker's id. */
  #id: number | null = null

  constructor(brokers: Brokers, groupId: string) {
    this.#brokers = brokers
    this.#groupId = groupId
  }

  /** `waitMs`: how long the broker may hold the request. Throws a Fault where another attempt may help, else a SprkError. */
  async ask<Q, A>({ key, version, request, response }: Message<Q, A>, asked: Q, waitMs = 0): Promise<A> {
    const id = this.#id ?? (await this.#find())
    const body = request.encode(asked)
    try {
      return response.decode(await this.#brokers.send(id, key, version, body, waitMs + REQUEST_TIMEOUT_MS))
    } catch (error) {
      this.#id = null
      if (!(error instanceof MalformedError)) throw error
      const fault = new Fault(`broker ${id} sent a bad answer (${error.message})`, { cause: error })
      this.#brokers.drop(id, fault)
      throw fault
    }
  }

  /** Whether the coordinator has a version of a request. Throws as `ask` does. */
  async offers(api: Api): Promise<boolean> {
    return await this.#brokers.offers(this.#id ?? (await this.#find()), api)
  }

  async #find(): Promise<number> {
    await this.#brokers.metadata([]) // the brokers' addresses
    const { key, version, request, response } = FIND_COORDINATOR
    const body = request.encode({ key: this.#groupId, keyType: GROUP })
    const { errorCode, coordinator } = await this.#brokers.askAny({ key, version }, body, response.decode)
    this.check(errorCode, 'READ on the group')
    this.#id = coordinator
    return coordinator
  }

  /** Throws what an error code of the group means: a Fault where another attempt may help. `grants`: what the user needs. */
  check(code: number, grants: string): void {
    if (code === ErrorCode.NONE) return
    const group = `consumer group ${this.#groupId}`
    if (isWaitable(code)) {
      this.#id = null
      throw new Fault(`${group}: ${errorName(code)}`, { graceMs: GRACE_MS })
    }
    if (isAuthorization(code)) {
      throw new SprkError(Exit.PERMISSION, {
        code: 'E_AUTHORIZATION',
        message: `${group}: the user may not use it (${errorName(code)})`,
        hint: `grant the user ${grants}`,
      })
    }
    throw new SprkError(Exit.PROTOCOL, { code: 'E_KAFKA', message: `${group}: ${errorName(code)}` })
  }
}
