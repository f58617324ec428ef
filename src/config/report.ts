// Collects what is wrong with a pipeline file, so that everything is told at once.

import type { Problem } from '../errors.ts'
import { placeOf, type Span } from './tree.ts'

export class Report {
  readonly #found: { readonly at: Span; readonly problem: Problem }[] = []

  add(code: string, at: Span, message: string, hint?: string): void {
    this.#found.push({ at, problem: { code, message, place: placeOf(at), hint } })
  }

  get isEmpty(): boolean {
    return this.#found.length === 0
  }

  /** In the order of the text; those of `file` come first. */
  problems(file: string): readonly Problem[] {
    const rank = ({ at }: { readonly at: Span }) => (at.file.name === file ? 0 : 1)
    return this.#found.toSorted((a, b) => rank(a) - rank(b) || a.at.start - b.at.start).map(({ problem }) => problem)
  }
}
