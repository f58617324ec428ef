// The automaton of a regular expression, run from the end of a text to its beginning: for every place of the text it tells
// which instructions still lead to a match. With that a match is followed forward along a single path, the one that
// backtracking would find, without ever going back: all matches of a text take linear time (Dubé and Feeley, "Efficiently
// building a parse tree from a regular expression", 2000; Frisch and Cardelli, "Greedy regular expression matching", 2004).
// Its states are made when they are met.

import { Alphabet } from './alphabet.ts'
import { isPlace } from './place.ts'
import type { Instruction, Program } from './program.ts'

/** Which instructions that consume a character lead to a match at a place of a text. */
export interface State {
  readonly alive: Uint32Array
  /** By context and class of the character before it. */
  readonly before: (State | undefined)[]
  /** By context, whether a match begins here. */
  readonly begins: (boolean | undefined)[]
  /** By instruction and context. */
  readonly steps: Map<number, Step>
}

/** The way through instructions that consume nothing. */
export interface Step {
  /** The instruction that consumes next; -1: the match ends. */
  readonly consumes: number
  /** Where it goes on behind that character. */
  readonly next: number
  /** The bounds of groups that stand here. */
  readonly slots: readonly number[]
}

/** States are forgotten where they take more memory than this. */
const MAX_BYTES = 8 * 2 ** 20

export class Automaton {
  readonly program: Program
  readonly alphabet: Alphabet
  /** The state at the end of a text. */
  readonly last: State
  readonly #states = new Map<string, State>()
  readonly #bytesOfState: number
  /** By set, the instructions that consume it. */
  readonly #consumers: readonly (readonly number[])[]
  /** The instructions that lead to one and consume nothing. */
  readonly #sources: readonly (readonly number[])[]
  /** For which state and context `#reaches` is. */
  #reachedFor: State | undefined
  #reachedIn = -1
  readonly #reaches: Uint8Array
  readonly #parents: Int32Array

  constructor(program: Program) {
    const { instructions, sets, places } = program
    this.program = program
    this.alphabet = new Alphabet(sets)
    this.#consumers = sets.map((_, set) => indicesOf(instructions, (each) => each.kind === 'set' && each.set === set))
    this.#sources = sourcesOf(instructions)
    this.#reaches = new Uint8Array(instructions.length)
    this.#parents = new Int32Array(instructions.length)
    this.#bytesOfState = instructions.length / 4 + 8 * this.alphabet.size * 2 ** Math.min(places.length, 2) + 200
    this.last = this.#state(new Uint32Array((instructions.length + 31) >> 5))
  }

  /** Forgets states that are too many. For between two texts, or two blocks of one. */
  trim(): void {
    if (this.#states.size * this.#bytesOfState > MAX_BYTES) this.#states.clear()
  }

  /** Which of the program's places is here, as bits. */
  contextAt(text: string, at: number): number {
    const { places } = this.program
    let context = 0
    for (let i = 0; i < places.length; i++) if (isPlace(places[i] as never, text, at)) context |= 1 << i
    return context
  }

  /** The state before a character of a class, for the state behind it. */
  before(state: State, context: number, of: number): State {
    const index = context * this.alphabet.size + of
    return state.before[index] ?? this.#learn(state, context, of, index)
  }

  /** Whether a match begins at a place. */
  begins(state: State, context: number): boolean {
    let begins = state.begins[context]
    if (begins === undefined) {
      begins = this.#reach(state, context)[this.program.start] === 1
      state.begins[context] = begins
    }
    return begins
  }

  /** The way from an instruction that leads to a match. */
  step(state: State, context: number, from: number): Step {
    const key = from * 2 ** this.program.places.length + context
    let step = state.steps.get(key)
    if (step === undefined) {
      step = this.#search(state, context, from)
      state.steps.set(key, step)
    }
    return step
  }

  #learn(state: State, context: number, of: number, index: number): State {
    const reaches = this.#reach(state, context)
    const { instructions } = this.program
    const alive = new Uint32Array(state.alive.length)
    for (const set of this.alphabet.setsOf(of))
      for (const consumer of this.#consumers[set] as readonly number[])
        if (reaches[(instructions[consumer] as { next: number }).next] === 1)
          alive[consumer >> 5] = (alive[consumer >> 5] as number) | (1 << (consumer & 31))
    const before = this.#state(alive)
    state.before[index] = before
    return before
  }

  #state(alive: Uint32Array): State {
    const key = String.fromCharCode(...new Uint16Array(alive.buffer))
    let state = this.#states.get(key)
    if (state === undefined) {
      state = { alive, before: [], begins: [], steps: new Map() }
      this.#states.set(key, state)
    }
    return state
  }

  /** All instructions from which a match can be reached: 1. */
  #reach(state: State, context: number): Uint8Array {
    const reaches = this.#reaches
    if (this.#reachedFor === state && this.#reachedIn === context) return reaches
    this.#reachedFor = state
    this.#reachedIn = context
    const { instructions } = this.program
    reaches.fill(0)
    const open = indicesOf(instructions, (each, i) => each.kind === 'match' || isAlive(state, i))
    for (const i of open) reaches[i] = 1
    for (let i = open.pop(); i !== undefined; i = open.pop())
      for (const source of this.#sources[i] as readonly number[]) {
        const from = instructions[source] as Instruction
        if (reaches[source] === 1 || (from.kind === 'place' && (context & (1 << from.place)) === 0)) continue
        reaches[source] = 1
        open.push(source)
      }
    return reaches
  }

  /** Depth first in the order of preference; the first that leads to a match is the one. */
  #search(state: State, context: number, from: number): Step {
    const { instructions } = this.program
    const parents = this.#parents.fill(-2)
    const open: [number, number][] = [[from, -1]]
    for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
      const [at, parent] = entry
      if (parents[at] !== -2) continue
      parents[at] = parent
      const instruction = instructions[at] as Instruction
      switch (instruction.kind) {
        case 'match':
          return { consumes: -1, next: -1, slots: this.#slots(at) }
        case 'set':
          if (isAlive(state, at)) return { consumes: at, next: instruction.next, slots: this.#slots(at) }
          break
        case 'split':
          open.push([instruction.other, at], [instruction.next, at])
          break
        case 'place':
          if ((context & (1 << instruction.place)) !== 0) open.push([instruction.next, at])
          break
        case 'save':
          open.push([instruction.next, at])
          break
        default:
          instruction satisfies never
      }
    }
    throw new Error('no way leads from here to a match')
  }

  #slots(end: number): readonly number[] {
    const slots: number[] = []
    for (let at = end; at >= 0; at = this.#parents[at] as number) {
      const instruction = this.program.instructions[at] as Instruction
      if (instruction.kind === 'save') slots.push(instruction.slot)
    }
    return slots
  }
}

function isAlive(state: State, instruction: number): boolean {
  return ((state.alive[instruction >> 5] as number) & (1 << (instruction & 31))) !== 0
}

function indicesOf(instructions: readonly Instruction[], is: (each: Instruction, i: number) => boolean): number[] {
  const found: number[] = []
  for (let i = 0; i < instructions.length; i++) if (is(instructions[i] as Instruction, i)) found.push(i)
  return found
}

function sourcesOf(instructions: readonly Instruction[]): readonly (readonly number[])[] {
  const sources = instructions.map((): number[] => [])
  for (const [i, each] of instructions.entries()) {
    if (each.kind === 'match' || each.kind === 'set') continue
    sources[each.next]?.push(i)
    if (each.kind === 'split') sources[each.other]?.push(i)
  }
  return sources
}
