// Reports names that a pipeline file may not have at some place: later versions', misspelt ones, those of another place.

import type * as v from 'valibot'
import { type Family, shapeOf } from '../options.ts'
import { didYouMean } from '../words.ts'
import { alternatives, type Context, type Subject } from './context.ts'
import { notYet, replacedBy, synonymOf } from './not-yet.ts'
import { SET } from './override.ts'
import type { Pair, ScalarNode, Span } from './tree.ts'

/** Returns whether the name is one of a later version. */
export function reportNotYet(scope: string, name: string, at: Span, { report }: Context): boolean {
  const later = notYet(scope, name)
  if (later === undefined) return false
  report.add('E_NOT_YET', at, `\`${name}\` is not available in this version of sprk`, later.hint)
  return true
}

/** Returns the key that was meant, as far as can be told. */
export function reportUnknownKey(
  key: ScalarNode,
  known: readonly string[],
  subject: Subject,
  context: Context,
): string | undefined {
  const name = key.text
  if (reportNotYet(subject.scope, name, key, context)) return replacedBy(name)
  const near = nearest(name, known)
  const where = subject.scope === 'pipeline' ? 'in a pipeline file' : `in ${subject.label}`
  const code = key.file.name === SET ? 'E_SET' : 'E_UNKNOWN_KEY'
  const message = `unknown key \`${name}\` ${where}`
  if (near !== undefined) context.report.add(code, key, `${message}; did you mean \`${near}\`?`)
  else context.report.add(code, key, message, homeOf(name, context) ?? knownKeys(known, subject))
  return near
}

export function reportUnknownKind(family: Family, { key, value }: Pair, context: Context): void {
  const name = key.text
  if (reportNotYet(family, name, key, context)) return
  const kinds = context.kinds[family]
  const near = nearest(name, [...kinds.keys()])
  const message = `unknown ${singular(family)} \`${name}\``
  if (near !== undefined) {
    context.report.add('E_UNKNOWN_KIND', key, `${message}; did you mean \`${near}\`?`)
    return
  }
  // `type: kafka`, as other tools have it.
  const named = value.type === 'scalar' && kinds.has(value.text) ? value.text : undefined
  const hint = named === undefined ? homeOf(name, context) : `write \`${named}:\` and indent its keys below it`
  context.report.add('E_UNKNOWN_KIND', key, message, hint ?? kindsOf(family, context))
}

/** "this version has `sqlite` or `discard`". */
export function kindsOf(family: Family, { kinds }: Context): string {
  return `this version has ${alternatives([...kinds[family].keys()])}`
}

export function singular(family: Family): string {
  return family.slice(0, -1)
}

export function nearest(name: string, known: readonly string[]): string | undefined {
  return synonymOf(name, known) ?? didYouMean(name, known)
}

function knownKeys(known: readonly string[], { label, scope }: Subject): string {
  if (known.length === 0) return `${label} takes no keys`
  return `${scope === 'pipeline' ? 'the keys there' : `the keys of ${label}`} are ${alternatives(known).replace(' or ', ' and ')}`
}

/** A key that is right, but stands at the wrong depth: mostly a slip of indentation. */
function homeOf(name: string, { kinds, topKeys }: Context): string | undefined {
  if (topKeys.includes(name)) return `\`${name}\` belongs to the top of the file, without indentation`
  for (const family of ['sources', 'formats', 'transforms', 'sinks'] as const) {
    for (const [kind, { schema }] of kinds[family]) {
      if (keysOf(schema).includes(name))
        return `\`${name}\` belongs to the ${singular(family)} \`${kind}\`, indented below it`
    }
  }
  return undefined
}

/** The keys of a map's schema; none where it is no map of fixed keys. */
export function keysOf(schema: v.GenericSchema): readonly string[] {
  const shape = shapeOf(schema)
  return shape.form === 'map' ? Object.keys(shape.entries) : []
}
