// The characters that an automaton tells apart: all of one class lead to the same state.

import type { CodeSet } from './code-set.ts'

const LATIN = 256

export class Alphabet {
  /** How many classes there are. */
  readonly size: number
  readonly #latin: Uint16Array
  /** The first code point of each class' part; a class may have many parts. */
  readonly #bounds: readonly number[]
  readonly #classes: readonly number[]
  /** The sets that have a class' characters. */
  readonly #sets: readonly (readonly number[])[]

  constructor(sets: readonly CodeSet[]) {
    const bounds = [...new Set([0, ...sets.flatMap((set) => set.map((code, i) => code + (i % 2)))])].sort(
      (a, b) => a - b,
    )
    const found = new Map<string, number>()
    const members: number[][] = []
    this.#bounds = bounds
    this.#classes = partsOf(sets, bounds).map((part) => {
      const key = part.join()
      let id = found.get(key)
      if (id === undefined) {
        id = members.push([...part]) - 1
        found.set(key, id)
      }
      return id
    })
    this.#sets = members
    this.size = members.length
    this.#latin = Uint16Array.from({ length: LATIN }, (_, code) => this.#search(code))
  }

  classOf(code: number): number {
    return code < LATIN ? (this.#latin[code] as number) : this.#search(code)
  }

  setsOf(of: number): readonly number[] {
    return this.#sets[of] as readonly number[]
  }

  #search(code: number): number {
    let low = 0
    let high = this.#bounds.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#bounds[middle] as number) <= code) low = middle
      else high = middle - 1
    }
    return this.#classes[low] as number
  }
}

/** For each part the sets that hold it, in a single run over all bounds. */
function partsOf(sets: readonly CodeSet[], bounds: readonly number[]): readonly (readonly number[])[] {
  const toggles = new Map<number, number[]>()
  for (const [id, set] of sets.entries())
    for (const [i, code] of set.entries()) {
      const at = code + (i % 2)
      const there = toggles.get(at)
      if (there === undefined) toggles.set(at, [id])
      else there.push(id)
    }
  const open = new Set<number>()
  return bounds.map((bound) => {
    for (const id of toggles.get(bound) ?? []) if (!open.delete(id)) open.add(id)
    return [...open].sort((a, b) => a - b)
  })
}
