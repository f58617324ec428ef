// A dictionary of strings that were computed from another one.

import type { Dictionary } from '../../column.ts'

export class DerivedDictionary implements Dictionary {
  readonly #texts: string[] = []
  readonly #ids = new Map<string, number>()

  get size(): number {
    return this.#texts.length
  }

  text(id: number): string {
    return this.#texts[id] as string
  }

  /** The id of a string, a new one where it was not there. */
  add(text: string): number {
    let id = this.#ids.get(text)
    if (id === undefined) {
      id = this.#texts.length
      this.#texts.push(text)
      this.#ids.set(text, id)
    }
    return id
  }
}
