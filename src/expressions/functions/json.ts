// Functions of JSON texts. Fields of a record need none of them: they are paths.

import { Tag, type Value, type Variant } from '../../column.ts'
import { INT, STRING } from '../../types.ts'
import { eachItem, eachMember } from '../runtime/json-access.ts'
import { readLenientJson } from '../runtime/json-text.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Entry } from './definition.ts'
import { strict } from './definition.ts'
import { getJsonObject, jsonPath } from './json-path.ts'
import { exactText } from './parameters.ts'

export function jsonFunctions(): readonly Entry[] {
  return [
    getJsonObjectEntry(),
    strict('json_array_length', [exactText], INT, arrayLength),
    strict('json_object_keys', [exactText], { kind: 'array', element: STRING }, objectKeys),
  ]
}

/** A literal path is read once. */
function getJsonObjectEntry(): Entry {
  const resolve = ([, path]: readonly Node[]) => {
    const literal = path?.kind === 'literal' && typeof path.value === 'string' ? jsonPath(path.value) : undefined
    const apply = (json: string, written: string): Value => {
      const steps = literal ?? jsonPath(written)
      return steps === undefined ? null : getJsonObject(json, steps)
    }
    const scalar: Scalar = { name: 'get_json_object', nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
    return { type: STRING, scalar }
  }
  return ['get_json_object', { parameters: [exactText, exactText], resolve }]
}

/** NULL where the text is no JSON array. */
function arrayLength(json: string): number | null {
  const read = readLenientJson(json)
  if (read?.tag !== Tag.ARRAY) return null
  let length = 0
  eachItem(read.text, () => length++)
  return length
}

/** NULL where the text is no JSON object. */
function objectKeys(json: string): readonly string[] | null {
  const read: Variant | null | undefined = readLenientJson(json)
  if (read?.tag !== Tag.OBJECT) return null
  const keys: string[] = []
  eachMember(read.text, (key) => keys.push(key))
  return keys
}
