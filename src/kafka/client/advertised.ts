// Addresses that a broker names and that cannot be reached: the commonest first contact with a Kafka in a container.

import { Fault } from './fault.ts'
import { failureOf } from './kafkajs.ts'

interface Named {
  readonly id: number
  readonly address: string
}

export class Advertised {
  /** Address → the broker that it is said to be of, and the address that said so. */
  #named: ReadonlyMap<string, { readonly id: number; readonly by: string }> = new Map()
  /** Addresses that have answered. */
  readonly #met = new Set<string>()

  /** `by` answered, with these brokers in its metadata. */
  learn(by: string, brokers: readonly Named[]): void {
    this.#named = new Map(brokers.map(({ id, address }) => [address, { id, by }]))
  }

  meet(address: string): void {
    this.#met.add(address)
  }

  /** An error of a connection; it says who named the address where only that is known of it. */
  explained(address: string, error: unknown): unknown {
    const named = this.#named.get(address)
    const isPlain = named === undefined || named.by === address || this.#met.has(address)
    if (isPlain || !(error instanceof Fault) || error.lasting !== null) return error
    const { cause } = error
    const code = cause instanceof Error ? failureOf(cause).code : ''
    const whence = `${named.by} answers and names broker ${named.id} \`${address}\` (its advertised.listeners)`
    const message = `${whence}, which cannot be reached from here (${code === '' ? 'no answer' : code})`
    return new Fault(message, { cause: error })
  }
}
