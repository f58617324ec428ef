// Collects what is wrong with a pipeline file, so that everything is told at once.

import type { Problem } from '../errors.ts'
import { placeOf, type Span } from './tree.ts'

export class Report {
  readonly #problems: Problem[] = []
  readonly #warnings: Problem[] = []

  add(code: string, at: Span, message: string, hint?: string): void {
    this.#problems.push({ code, message, place: placeOf(at), hint })
  }

  /** Of something that is right, but most likely not what was meant. */
  warn(code: string, at: Span, message: string, hint?: string): void {
    this.#warnings.push({ code, message, place: placeOf(at), hint })
  }

  get warnings(): readonly Problem[] {
    return this.#warnings
  }

  get problems(): readonly Problem[] {
    return this.#problems
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0
  }
}
