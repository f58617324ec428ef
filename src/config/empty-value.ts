// What stands for a value that cannot be read, while the rest of a wrong file is checked.

import type * as v from 'valibot'
import { shapeOf } from '../options.ts'
import { type BrokenComponent, type FilePath, NOWHERE, type Secret, type SourceText } from '../spec.ts'

/** The text of an expression that compiles whatever the columns are. */
const HOLE: SourceText = { text: 'NULL', place: () => NOWHERE }

/** A component whose kind is unknown. */
export const NO_COMPONENT: BrokenComponent = { kind: '', options: undefined, place: NOWHERE, isBroken: true }

/** Of the schema's type. A mistake that a kind finds in it has the place NOWHERE, or none. */
export function emptyValue(schema: v.GenericSchema): unknown {
  const shape = shapeOf(schema)
  switch (shape.form) {
    case 'optional':
      return shape.default
    case 'expression':
      return HOLE
    case 'path':
      return { given: '', absolute: '' } satisfies FilePath
    case 'pem':
    case 'secret':
      return { origin: '', reveal: () => '' } satisfies Secret
    case 'component':
      return { ...emptyEntries(shape.beside), ...NO_COMPONENT }
    case 'map':
      return emptyEntries(shape.entries)
    case 'entries':
    case 'list':
      return []
    case 'union':
      return shape.options[0] && emptyValue(shape.options[0])
    case 'choice':
      return shape.options[0]
    case 'text':
    case 'number':
      return 0
    case 'boolean':
      return false
    case 'string':
      return '?'
    default:
      return shape satisfies never
  }
}

function emptyEntries(entries: Readonly<Record<string, v.GenericSchema>>): object {
  return Object.fromEntries(Object.entries(entries).map(([name, of]) => [name, emptyValue(of)]))
}

/** Whether a value that fails a check of its schema is put together from parts that are right by themselves. */
export function hasParts(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
