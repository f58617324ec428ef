// Writes the tree of requested paths into the memory of the WebAssembly scanner.

import type { JsonField } from './field.ts'
import type { PathNode } from './paths.ts'
import type { WasmField } from './wasm-field.ts'
import type { WasmMemory } from './wasm-memory.ts'

/** Of `PathNode` in assembly/scan.ts; the bytes of the key are behind. */
const NODE_BYTES = 28

/** Of `ExpectedKey`, whose last word is the next one. */
const EXPECTED_KEY_BYTES = 32

/** The keys of an object behind this one are found without. */
const EXPECTED_KEYS = 32

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
  const expected = writeExpectedKeys(memory)
  const fieldList = writeWords(memory, fields.map(addressOf))
  const children = childrenByLength.map((siblings) =>
    siblings.reduce((sibling, child) => writeNode(memory, child, addressOf, sibling), 0),
  )
  const childList = children.length === 0 ? 0 : writeWords(memory, children)
  // Only now: memory may have grown.
  const longestKey = Math.max(0, children.length - 1)
  memory.words.set([addressOf(field), fields.length, fieldList, childList, longestKey, next, expected], address >>> 2)
  memory.bytes.set(key, address + NODE_BYTES)
  return address
}

/** A list that expects nothing yet. */
function writeExpectedKeys(memory: WasmMemory): number {
  const words = EXPECTED_KEY_BYTES / 4
  const first = memory.allocate(EXPECTED_KEYS * EXPECTED_KEY_BYTES)
  const list = memory.words.subarray(first >>> 2, (first >>> 2) + EXPECTED_KEYS * words).fill(0)
  for (let i = 0; i < EXPECTED_KEYS; i++) {
    const following = Math.min(i + 1, EXPECTED_KEYS - 1)
    list[i * words + words - 1] = first + following * EXPECTED_KEY_BYTES
  }
  return first
}

function writeWords(memory: WasmMemory, words: readonly number[]): number {
  const address = memory.allocate(words.length * 4)
  memory.words.set(words, address >>> 2)
  return address
}
