// A regular expression as a program of a nondeterministic automaton (Thompson's construction, Pike's instructions).

import type { CodeSet } from './code-set.ts'
import type { Cursor } from './cursor.ts'
import { isNullable, type Regex, type Tree } from './parse.ts'
import type { Place } from './place.ts'

/** An instruction; those that consume nothing lead on at once. */
export type Instruction =
  /** Consumes a character of the set of this number. */
  | { readonly kind: 'set'; readonly set: number; readonly next: number }
  /** Two ways, of which the first is preferred. */
  | { readonly kind: 'split'; next: number; other: number }
  /** Goes on where the place of this number is. */
  | { readonly kind: 'place'; readonly place: number; readonly next: number }
  /** A bound of a group. */
  | { readonly kind: 'save'; readonly slot: number; readonly next: number }
  | { readonly kind: 'match' }

export interface Program {
  readonly instructions: readonly Instruction[]
  readonly start: number
  /** The different sets of characters, and the different places. */
  readonly sets: readonly CodeSet[]
  readonly places: readonly Place[]
  /** How many groups capture. */
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
}

/** A step of the automaton may cost as much as its program is long. */
const MAX_INSTRUCTIONS = 10_000

/** `whole`: a match ends at the end of the text only. Throws RowFault where the program would be too large. */
export function compileProgram({ tree, groups, names, cursor }: Regex, whole: boolean): Program {
  const compiler = new Compiler(cursor)
  const match = compiler.add({ kind: 'match' })
  const start = compiler.compile(tree, whole ? compiler.place('end', match) : match)
  const { instructions, sets, places } = compiler
  return { instructions, start, sets, places, groups, names }
}

class Compiler {
  readonly instructions: Instruction[] = []
  readonly sets: CodeSet[] = []
  readonly places: Place[] = []
  readonly #setIds = new Map<string, number>()
  readonly #cursor: Cursor

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  add(instruction: Instruction): number {
    if (this.instructions.length >= MAX_INSTRUCTIONS)
      throw this.#cursor.fail(`it is too large: its repetitions spell out to more than ${MAX_INSTRUCTIONS} steps`, 1)
    return this.instructions.push(instruction) - 1
  }

  place(place: Place, next: number): number {
    if (!this.places.includes(place)) this.places.push(place)
    return this.add({ kind: 'place', place: this.places.indexOf(place), next })
  }

  /** Where the part begins; behind it the program goes on at `next`. */
  compile(tree: Tree, next: number): number {
    switch (tree.kind) {
      case 'set':
        return this.#set(tree.set, next)
      case 'place':
        return this.place(tree.place, next)
      case 'line-break': {
        const pair = this.#set([CR, CR], this.#set([LF, LF], next))
        const single = this.#set(LINE_BREAKS, next)
        if (tree.isWhole !== true)
          return this.#split(pair, this.#split(single, this.#set([CR, CR], next), false), false)
        return this.#split(pair, this.#split(single, this.#set([CR, CR], this.place('no-newline', next)), false), false)
      }
      case 'group': {
        const { index } = tree
        if (index === undefined) return this.#alternatives(tree.alternatives, next)
        const end = this.add({ kind: 'save', slot: 2 * index + 1, next })
        return this.add({ kind: 'save', slot: 2 * index, next: this.#alternatives(tree.alternatives, end) })
      }
      case 'repeat':
        return this.#repeat(tree, next)
      default:
        return tree satisfies never
    }
  }

  #set(set: CodeSet, next: number): number {
    const key = set.join()
    let id = this.#setIds.get(key)
    if (id === undefined) {
      id = this.sets.push(set) - 1
      this.#setIds.set(key, id)
    }
    return this.add({ kind: 'set', set: id, next })
  }

  #split(first: number, second: number, lazy: boolean): number {
    return this.add({ kind: 'split', next: lazy ? second : first, other: lazy ? first : second })
  }

  #alternatives(alternatives: readonly (readonly Tree[])[], next: number): number {
    const starts = alternatives.map((parts) => parts.reduceRight((behind, part) => this.compile(part, behind), next))
    return starts.reduceRight((others, start) => this.#split(start, others, false))
  }

  /**
   * The same for a part of an iteration that has consumed nothing so far: behind the part the program goes on at `next`
   * where that is still so, and at `full` where it is not.
   */
  #compileEmpty(tree: Tree, next: number, full: number): number {
    switch (tree.kind) {
      case 'set':
      case 'line-break':
        return this.compile(tree, full)
      case 'place':
        return this.compile(tree, next)
      case 'group': {
        const { index } = tree
        if (index === undefined) return this.#alternativesEmpty(tree.alternatives, next, full)
        const slot = 2 * index
        const [end, fullEnd] = [next, full].map((behind) => this.add({ kind: 'save', slot: slot + 1, next: behind }))
        const inner = this.#alternativesEmpty(tree.alternatives, end as number, fullEnd as number)
        return this.add({ kind: 'save', slot, next: inner })
      }
      case 'repeat': {
        const { of, least, most, lazy } = tree
        if (most === 0) return next
        const rest = this.compile({ ...tree, least: Math.max(0, least - 1), most: most - 1 }, full)
        const first = this.#compileEmpty(of, next, rest)
        return least > 0 ? first : this.#split(first, next, lazy)
      }
      default:
        return tree satisfies never
    }
  }

  #alternativesEmpty(alternatives: readonly (readonly Tree[])[], next: number, full: number): number {
    const starts = alternatives.map((parts) => {
      let [start, fullStart] = [next, full]
      for (const part of [...parts].reverse()) {
        start = this.#compileEmpty(part, start, fullStart)
        fullStart = this.compile(part, fullStart)
      }
      return start
    })
    return starts.reduceRight((others, start) => this.#split(start, others, false))
  }

  #repeat({ of: repeated, least, most, lazy, at }: Extract<Tree, { kind: 'repeat' }>, next: number): number {
    if (repeated.kind !== 'line-break' && hasLineBreak(repeated))
      throw this.#cursor.unsupported('to repeat a group with \\R', at)
    const of: Tree = repeated.kind === 'line-break' ? { kind: 'line-break', isWhole: true } : repeated
    // Java leaves a loop behind an iteration that consumed nothing, however many were wanted.
    const once = (rest: number) =>
      most > 1 && isNullable(of) ? this.#compileEmpty(of, next, rest) : this.compile(of, rest)
    let start = next
    if (most === Number.POSITIVE_INFINITY) {
      const split: Extract<Instruction, { kind: 'split' }> = { kind: 'split', next, other: next }
      const loop = this.add(split)
      const inner = once(loop)
      if (lazy) split.other = inner
      else split.next = inner
      start = least > 0 ? inner : loop
    }
    for (let left = Number.isFinite(most) ? most : least - 1; left > 0; left--) {
      const inner = once(start)
      // A part without any instruction.
      if (inner === start) break
      start = Number.isFinite(most) && left > least ? this.#split(inner, next, lazy) : inner
    }
    return start
  }
}

const [LF, CR] = [0x0a, 0x0d]
/** Those of a single character, but for CR. */
const LINE_BREAKS: CodeSet = [LF, 0x0c, 0x85, 0x85, 0x2028, 0x2029]

function hasLineBreak(tree: Tree): boolean {
  if (tree.kind === 'repeat') return hasLineBreak(tree.of)
  return tree.kind === 'line-break' || (tree.kind === 'group' && tree.alternatives.flat().some(hasLineBreak))
}
