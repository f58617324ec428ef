import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { pipelineSchema } from '../../src/config/json-schema.ts'

const committed = JSON.parse(readFileSync(new URL('../../pipeline.schema.json', import.meta.url), 'utf8'))

describe('pipeline.schema.json', () => {
  it('is what `npm run schema` writes', () => {
    expect(committed).toEqual(JSON.parse(JSON.stringify(pipelineSchema(kinds))))
  })

  it('describes every key', () => {
    const silent = properties(committed).filter(({ schema }) => typeof schema['description'] !== 'string')
    expect(silent.map(({ path }) => path)).toEqual([])
  })
})

describe('docs/pipeline.md', () => {
  it('names every key', () => {
    const text = readFileSync(new URL('../../docs/pipeline.md', import.meta.url), 'utf8')
    const keys = new Set(properties(committed).map(({ path }) => path.at(-1) ?? ''))
    expect([...keys].filter((key) => !text.includes(`\`${key}\``) && !text.includes(`.${key}\``))).toEqual([])
  })
})

type Json = Readonly<Record<string, unknown>>

/** All named properties, at any depth, through lists and alternatives. */
function properties(schema: Json, path: readonly string[] = []): { path: readonly string[]; schema: Json }[] {
  const nested = [schema['items'], schema['additionalProperties'], ...((schema['anyOf'] as unknown[]) ?? [])]
  const own = Object.entries((schema['properties'] as Readonly<Record<string, Json>>) ?? {})
  return [
    ...own.flatMap(([name, property]) => [
      { path: [...path, name], schema: property },
      ...properties(property, [...path, name]),
    ]),
    ...nested.flatMap((item) => (typeof item === 'object' && item !== null ? properties(item as Json, path) : [])),
  ]
}
