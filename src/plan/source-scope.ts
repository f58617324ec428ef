// The columns of a source as expressions see them. Columns that expressions name are collected as needed.

import type { Format } from '../format.ts'
import { METADATA_FIELDS, METADATA_TYPES } from '../metadata.ts'
import type { Resolved, Scope } from '../scope.ts'
import type { DataType } from '../types.ts'
import type { SourceColumn } from './plan.ts'

export interface SourceScope extends Scope {
  /** The columns that were resolved so far, in column order. */
  readonly columns: readonly SourceColumn[]
}

export function sourceScope(format: Format): SourceScope {
  const columns: SourceColumn[] = []
  const known = new Map<string, number>()

  const columnOf = (column: SourceColumn): number => {
    const key = JSON.stringify(column)
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, columns.length)
    return columns.push(column) - 1
  }

  const scope: SourceScope = {
    columns,
    resolve(path): Resolved | undefined {
      if (path[0] === '_metadata') return resolveMetadata(path, columnOf)
      // `_batch` is no column of a record: expressions compute it.
      if (path[0] === '_batch') return undefined
      // The longest prefix that the format reads; the expression looks up the rest (a map's key) in its value.
      for (let used = path.length; used > 0; used--) {
        const part = path.slice(0, used)
        const type = format.typeOf(part)
        if (type !== undefined) return { column: columnOf({ path: part }), type, used }
      }
      return undefined
    },
    names: () => [
      ...(format.schema ?? []).map(({ name }) => name),
      ...METADATA_FIELDS.map((name) => `_metadata.${name}`),
    ],
  }
  return format.schema === null ? openScope(scope, columns) : scope
}

/** Steps may add columns of their own to an open payload; a later one of the same name hides the earlier. */
function openScope<S extends Scope>(scope: S, columns: SourceColumn[]): S {
  return {
    ...scope,
    extend(name, type) {
      const column = columns.push({ computed: name, type }) - 1
      const extended = openScope<Scope>(
        {
          resolve: (path) => (path[0] === name ? { column, type, used: 1 } : scope.resolve(path)),
          names: scope.names,
        },
        columns,
      )
      return { column, scope: extended }
    },
  }
}

function resolveMetadata(path: readonly string[], columnOf: (column: SourceColumn) => number): Resolved | undefined {
  const field = METADATA_FIELDS.find((name) => name === path[1])
  return field && { column: columnOf({ metadata: field }), type: METADATA_TYPES[field], used: 2 }
}

/** The columns after a step with a schema. */
export function schemaScope(schema: readonly { readonly name: string; readonly type: DataType }[]): Scope {
  return {
    resolve([name]) {
      const column = schema.findIndex((field) => field.name === name)
      const field = schema[column]
      return field && { column, type: field.type, used: 1 }
    },
    names: () => schema.map((field) => field.name),
  }
}
