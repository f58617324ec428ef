// get_json_object: the part of a JSON text that a path of Hive's kind names (Spark's `GetJsonObjectEvaluator`).

import { Tag, type Variant } from '../../column.ts'
import { eachItem, eachMember, variantOf } from '../runtime/json-access.ts'
import { compactJson, copiedNumber, readLenientJson } from '../runtime/json-text.ts'

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'items' }
  /** `.*`, which Spark reads and which matches nothing. */
  | { readonly kind: 'nothing' }

const NODE = /\s*(?:(\.\*|\['\*'\])|\.\s*([^.[]+)|\['\s*([^']+)'\s*\]|\[\s*(\d+)\s*\]|\[\s*(\*)\s*\])/y

/** The steps of `$.a[0]['b'][*]`; undefined where the text is no path. */
export function jsonPath(path: string): readonly Step[] | undefined {
  const start = /^\s*\$/.exec(path)
  if (start === null) return undefined
  const steps: Step[] = []
  let at = start[0].length
  while (at < path.length) {
    NODE.lastIndex = at
    const node = NODE.exec(path)
    if (node === null) return path.slice(at).trim() === '' ? steps : undefined
    const [all, every, name, quoted, index, items] = node
    at += all.length
    if (every !== undefined) steps.push({ kind: 'nothing' })
    else if (items !== undefined) steps.push({ kind: 'items' })
    else if (index !== undefined) steps.push({ kind: 'item', index: Number(index) })
    else steps.push({ kind: 'member', name: (name ?? quoted) as string })
  }
  return steps
}

/** NULL where the text is no JSON, or has no such part, or JSON's null there. */
export function getJsonObject(text: string, path: readonly Step[]): string | null {
  const read = readLenientJson(text)
  if (read === undefined) return null
  const parts: string[] = []
  return evaluate(read, path, 'raw', parts) ? parts.join(',') : null
}

/** How a match is written: a string without its quotes, as JSON, or an array by its items. */
type Style = 'raw' | 'quoted' | 'flat'

/** Adds what matches to `out`, and tells whether anything did. */
function evaluate(value: Variant | null, path: readonly Step[], style: Style, out: string[]): boolean {
  const [step, ...rest] = path
  if (step === undefined) return write(value, style, out)
  if (value?.tag === Tag.OBJECT && step.kind === 'member') {
    let isFound = false
    eachMember(value.text, (name, item) => {
      // A member that is null is passed over, and so is one after the first that has the part.
      if (!isFound && name === step.name && item !== 'null') isFound = evaluate(variantOf(item), rest, style, out)
    })
    return isFound
  }
  if (value?.tag !== Tag.ARRAY) return false
  if (step.kind === 'items') return everyItem(value.text, rest, style, out)
  return step.kind === 'item' && oneItem(value.text, step.index, rest, style, out)
}

function write(value: Variant | null, style: Style, out: string[]): boolean {
  if (style === 'raw' && value?.tag === Tag.STRING) {
    out.push(value.text)
    return true
  }
  if (style === 'flat' && value?.tag === Tag.ARRAY) {
    let isFound = false
    eachItem(value.text, (item) => {
      isFound = write(variantOf(item), style, out) || isFound
    })
    return isFound
  }
  out.push(compactJson(value, { number: copiedNumber, isSorted: false }))
  return true
}

/** `[*]`; two of them flatten what is below, as Hive does. One match stands without the brackets of an array. */
function everyItem(text: string, path: readonly Step[], style: Style, out: string[]): boolean {
  const isDouble = path[0]?.kind === 'items'
  const inside = isDouble ? path.slice(1) : path
  const inner: Style = isDouble ? 'flat' : style === 'flat' ? 'flat' : 'quoted'
  const parts: string[] = []
  let matches = 0
  eachItem(text, (item) => {
    if (evaluate(variantOf(item), inside, inner, parts)) matches++
  })
  const isKept = isDouble || style === 'quoted' || matches > 1
  if (isKept) out.push(`[${parts.join(',')}]`)
  else if (matches === 1) out.push(parts.join(','))
  return matches > 0
}

function oneItem(text: string, index: number, path: readonly Step[], style: Style, out: string[]): boolean {
  const inner = path[0]?.kind === 'items' ? 'quoted' : style
  let at = 0
  let isFound = false
  eachItem(text, (item) => {
    if (at++ === index) isFound = evaluate(variantOf(item), path, inner, out)
  })
  return isFound
}
