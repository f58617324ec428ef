import type * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { allNotYet, notYet } from '../../src/config/not-yet.ts'
import { pipelineKeys } from '../../src/config/pipeline-keys.ts'
import { keysOf } from '../../src/config/unknown.ts'
import { type Family, shapeOf } from '../../src/options.ts'

/** What this version knows where a later one will know more; undefined where the place itself does not exist. */
function knownAt(scope: string): readonly string[] | undefined {
  const [family = '', kind, ...path] = scope.split('.')
  if (family === 'pipeline') return kind === undefined ? keysOf(pipelineKeys) : []
  if (family === 'beside') return ['transforms']
  const specs = kinds[family as Family]
  if (kind === undefined) return [...specs.keys()]
  const spec = specs.get(kind)
  if (spec === undefined) return undefined
  let schema: v.GenericSchema | undefined = spec.schema
  for (const key of path) schema = schema && entryOf(schema, key)
  if (schema === undefined) return undefined
  const shape = shapeOf(schema)
  return shape.form === 'choice' ? shape.options : keysOf(schema)
}

function entryOf(schema: v.GenericSchema, key: string): v.GenericSchema | undefined {
  const shape = shapeOf(schema)
  const entry = shape.form === 'map' ? shape.entries[key] : undefined
  const inner = entry && shapeOf(entry)
  return inner?.form === 'optional' ? inner.of : entry
}

describe('what a later version will know', () => {
  it('stands at places of this version, and is not in it', () => {
    for (const { scope, name } of allNotYet()) {
      const known = knownAt(scope)
      expect(known, scope).toBeDefined()
      expect(known, scope).not.toContain(name)
    }
  })

  it('is known by its own name only', () => {
    expect(notYet('sinks', 'kafka')?.hint).toContain('`sqlite`')
    expect(notYet('sources', 'kafka')).toBeUndefined()
    expect(notYet('sinks', 'toString')).toBeUndefined()
    expect(notYet('toString', 'call')).toBeUndefined()
  })
})
