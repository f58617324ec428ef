// The matches of a regular expression in a text, from its beginning to its end, in linear time.

import type { Automaton, State } from './automaton.ts'

/** States are kept for so many places at a time; those of other blocks are made anew from the state at the block's end. */
const BLOCK = 4096

interface Block {
  /** The first place behind the block that the automaton was at, and its state there. */
  readonly from: number
  readonly state: State
  /** Whether a match begins in the block. */
  begins: boolean
}

/** Whether a match begins somewhere. */
export function hasMatch(automaton: Automaton, text: string): boolean {
  automaton.trim()
  let state = automaton.last
  let context = automaton.contextAt(text, text.length)
  for (let at = text.length; ; ) {
    if (automaton.begins(state, context)) return true
    if (at === 0) return false
    const code = codeBefore(text, at)
    state = automaton.before(state, context, automaton.alphabet.classOf(code))
    at -= code > 0xffff ? 2 : 1
    context = automaton.contextAt(text, at)
  }
}

/** Whether the text is one match, for the automaton of whole texts. */
export function isMatch(automaton: Automaton, text: string): boolean {
  automaton.trim()
  let state = automaton.last
  for (let at = text.length; at > 0; ) {
    const code = codeBefore(text, at)
    state = automaton.before(state, automaton.contextAt(text, at), automaton.alphabet.classOf(code))
    at -= code > 0xffff ? 2 : 1
  }
  return automaton.begins(state, automaton.contextAt(text, 0))
}

function codeBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1)
  if ((unit & 0xfc00) !== 0xdc00 || at < 2) return unit
  const high = text.charCodeAt(at - 2)
  return (high & 0xfc00) === 0xd800 ? 0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff) : unit
}

function unitsAt(text: string, at: number): number {
  const isHigh = (text.charCodeAt(at) & 0xfc00) === 0xd800
  return isHigh && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1
}

export class Matcher {
  readonly #automaton: Automaton
  readonly #text: string
  readonly #blocks: Block[] = []
  /** The block whose states are there. */
  #block = -1
  readonly #states: State[] = []
  #from = 0
  /** The bounds of the match and of its groups; -1: of none. */
  #bounds: number[] = []

  constructor(automaton: Automaton, text: string) {
    this.#automaton = automaton
    this.#text = text
    this.#run()
  }

  /** Whether there is a further match. */
  find(): boolean {
    const start = this.#next(this.#from)
    if (start < 0) {
      this.#from = this.#text.length + 1
      return false
    }
    this.#follow(start)
    const end = this.end()
    // Behind an empty match the search goes on at the next character.
    this.#from = end > start ? end : end + unitsAt(this.#text, end)
    return true
  }

  /** Of the match, or of a group; -1 where that took no part. */
  start(group = 0): number {
    return this.#bounds[2 * group] as number
  }

  end(group = 0): number {
    return this.#bounds[2 * group + 1] as number
  }

  /** Once from the end to the beginning. */
  #run(): void {
    const automaton = this.#automaton
    const text = this.#text
    automaton.trim()
    let state = automaton.last
    let at = text.length
    for (let block = Math.floor(text.length / BLOCK); block >= 0; block--) {
      const from = at
      const open: Block = { from, state, begins: false }
      this.#blocks[block] = open
      const least = block * BLOCK
      const isShort = text.length < BLOCK
      for (;;) {
        if (at >= least && at < least + BLOCK) {
          if (isShort) this.#states[at] = state
          if (!open.begins && automaton.begins(state, automaton.contextAt(text, at))) open.begins = true
        }
        if (at <= least) break
        const code = codeBefore(text, at)
        const to = at - (code > 0xffff ? 2 : 1)
        if (to < least) break
        state = automaton.before(state, automaton.contextAt(text, at), automaton.alphabet.classOf(code))
        at = to
      }
      automaton.trim()
    }
    if (text.length < BLOCK) this.#block = 0
  }

  /** The first place at or behind `from` where a match begins; -1: none. */
  #next(from: number): number {
    const text = this.#text
    for (let at = from; at <= text.length; ) {
      const block = Math.floor(at / BLOCK)
      if (this.#blocks[block]?.begins !== true) {
        at = (block + 1) * BLOCK
        // The second half of a character that begins in the block before.
        if (at < text.length && unitsAt(text, at - 1) === 2) at++
        continue
      }
      if (this.#automaton.begins(this.#stateAt(at), this.#automaton.contextAt(text, at))) return at
      at += at === text.length ? 1 : unitsAt(text, at)
    }
    return -1
  }

  #follow(start: number): void {
    const automaton = this.#automaton
    const text = this.#text
    const bounds: number[] = new Array(2 * automaton.program.groups + 2).fill(-1)
    bounds[0] = start
    let at = start
    for (let instruction = automaton.program.start; ; ) {
      const step = automaton.step(this.#stateAt(at), automaton.contextAt(text, at), instruction)
      for (const slot of step.slots) bounds[slot] = at
      if (step.consumes < 0) break
      instruction = step.next
      at += unitsAt(text, at)
    }
    bounds[1] = at
    this.#bounds = bounds
  }

  #stateAt(at: number): State {
    const block = Math.floor(at / BLOCK)
    if (block !== this.#block) this.#load(block)
    return this.#states[at - block * BLOCK] as State
  }

  /** The states of a block, from its end to its beginning. */
  #load(block: number): void {
    const automaton = this.#automaton
    const text = this.#text
    automaton.trim()
    const least = block * BLOCK
    let { from: at, state } = this.#blocks[block] as Block
    for (;;) {
      if (at < least + BLOCK) this.#states[at - least] = state
      if (at <= least) break
      const code = codeBefore(text, at)
      const to = at - (code > 0xffff ? 2 : 1)
      if (to < least) break
      state = automaton.before(state, automaton.contextAt(text, at), automaton.alphabet.classOf(code))
      at = to
    }
    this.#block = block
  }
}
