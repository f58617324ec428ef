// Writes the tree of requested paths into the memory of the WebAssembly scanner.

import type { JsonField } from './field.ts'
import type { PathNode } from './paths.ts'
import type { WasmField } from './wasm-field.ts'
import type { WasmMemory } from './wasm-memory.ts'

/** Of `PathNode` in assembly/scan.ts; the bytes of the key are behind. */
const NODE_BYTES = 24

/** Returns the address of the root. */
export function writePaths(memory: WasmMemory, root: PathNode, stores: ReadonlyMap<JsonField, WasmField>): number {
  const addressOf = (field: JsonField | null) => (field && stores.get(field)?.address) ?? 0
  return writeNode(memory, root, addressOf, 0)
}

/** `next` is the address of another node with a key of the same length under the same parent; 0: there is none. */
function writeNode(
  memory: WasmMemory,
  node: PathNode,
  addressOf: (field: JsonField | null) => number,
  next: number,
): number {
  const { key, field, fields, childrenByLength } = node
  const address = memory.allocate(NODE_BYTES + key.length)
  const fieldList = writeWords(memory, fields.map(addressOf))
  const children = childrenByLength.map((siblings) =>
    siblings.reduce((sibling, child) => writeNode(memory, child, addressOf, sibling), 0),
  )
  const childList = children.length === 0 ? 0 : writeWords(memory, children)
  // Only now: memory may have grown.
  const longestKey = Math.max(0, children.length - 1)
  memory.words.set([addressOf(field), fields.length, fieldList, childList, longestKey, next], address >>> 2)
  memory.bytes.set(key, address + NODE_BYTES)
  return address
}

function writeWords(memory: WasmMemory, words: readonly number[]): number {
  const address = memory.allocate(words.length * 4)
  memory.words.set(words, address >>> 2)
  return address
}
