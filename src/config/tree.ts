// A pipeline file as a tree of maps, lists and scalars that know where they stand.

import type { Place } from '../errors.ts'

/** A text that nodes point into: the pipeline file, or the `--set` options, one a line. */
export interface TextFile {
  /** As it is printed: `pipeline.yaml`, `--set`. */
  readonly name: string
  readonly text: string
  /** The index of each line's first character. */
  readonly lineStarts: readonly number[]
}

export interface Span {
  readonly file: TextFile
  /** Indexes of characters; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

export type Scalar = string | number | boolean | null

export interface ScalarNode extends Span {
  readonly type: 'scalar'
  readonly style: 'plain' | 'quoted' | 'block'
  /** What YAML makes of the source: unquoted, unescaped, folded. */
  readonly text: string
  /** Where each character of `text` comes from; one more entry for its end. */
  readonly offsets: readonly number[]
  /** By YAML's core schema: `1.10` is the number 1.1, `"1.10"` a string. */
  readonly value: Scalar
}

export interface Pair {
  readonly key: ScalarNode
  readonly value: Node
}

export interface MapNode extends Span {
  readonly type: 'map'
  readonly pairs: readonly Pair[]
}

export interface ListNode extends Span {
  readonly type: 'list'
  readonly items: readonly Node[]
}

/** What is wrong with it was reported already. */
export interface InvalidNode extends Span {
  readonly type: 'invalid'
}

export type Node = ScalarNode | MapNode | ListNode | InvalidNode

export function textFile(name: string, text: string): TextFile {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { name, text, lineStarts }
}

/** A place never spans lines: what goes on behind the line's end is not underlined. */
export function placeOf({ file, start, end }: Span): Place {
  const line = lineAt(file, start)
  const lineStart = file.lineStarts[line] as number
  const lineEnd = file.text.slice(lineStart).search(/\r?\n|$/) + lineStart
  return {
    file: file.name,
    line: line + 1,
    column: start - lineStart + 1,
    length: Math.max(1, Math.min(end, lineEnd) - start),
  }
}

/** The index of the line that holds a character. */
function lineAt({ lineStarts }: TextFile, index: number): number {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((lineStarts[middle] as number) <= index) low = middle
    else high = middle - 1
  }
  return low
}

/** Where `text[start … end)` of a scalar stands in its file. */
export function spanWithin(scalar: ScalarNode, start: number, end: number): Span {
  const from = Math.min(start, scalar.text.length)
  const to = Math.min(Math.max(end, from), scalar.text.length)
  return { file: scalar.file, start: scalar.offsets[from] as number, end: scalar.offsets[to] as number }
}

/** The value of a key that has none. */
export function emptyAt(file: TextFile, index: number): ScalarNode {
  return { file, start: index, end: index, type: 'scalar', style: 'plain', text: '', offsets: [index], value: null }
}

export function isEmpty(node: Node): boolean {
  return node.type === 'scalar' && node.style === 'plain' && node.text === ''
}
