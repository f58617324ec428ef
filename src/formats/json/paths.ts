// The requested paths of JSON records as a tree of keys for the scanner.

import type { JsonField } from './field.ts'

/** A key on a requested path; the root stands for the payload itself. */
export interface PathNode {
  readonly key: Uint8Array
  /** The field for the value at this path, where the path itself is requested. */
  readonly field: JsonField | null
  /** All fields at this path and below. */
  readonly fields: readonly JsonField[]
  /** The keys below, by name and by their number of bytes. */
  readonly children: ReadonlyMap<string, PathNode>
  readonly childrenByLength: readonly (readonly PathNode[])[]
}

export interface WantedField {
  readonly path: readonly string[]
  readonly field: JsonField
}

/** Equal paths must come with the same field. */
export function pathTree(wanted: readonly WantedField[], depth = 0, name = ''): PathNode {
  const below = new Map<string, WantedField[]>()
  for (const each of wanted) {
    const key = each.path[depth]
    if (key === undefined) continue
    const others = below.get(key)
    if (others === undefined) below.set(key, [each])
    else others.push(each)
  }
  const children = new Map([...below].map(([key, fields]) => [key, pathTree(fields, depth + 1, key)]))
  return {
    key: Buffer.from(name),
    field: wanted.find((each) => each.path.length === depth)?.field ?? null,
    fields: [...new Set(wanted.map((each) => each.field))],
    children,
    childrenByLength: byLength([...children.values()]),
  }
}

function byLength(nodes: readonly PathNode[]): PathNode[][] {
  const longest = Math.max(-1, ...nodes.map((node) => node.key.length))
  return Array.from({ length: longest + 1 }, (_, length) => nodes.filter((node) => node.key.length === length))
}
