// Reports names that a pipeline file may not have at some place: later versions', misspelt ones, those of another place.

import type * as v from 'valibot'
import { type Family, shapeOf } from '../options.ts'
import { didYouMean } from '../words.ts'
import { alternatives, type Context, type Subject } from './context.ts'
import { meanings, notYet, otherwise, replacedBy, synonymOf } from './not-yet.ts'
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
  const where = subject.scope === 'pipeline' ? 'in a pipeline file' : `in ${subject.label}`
  const code = key.file.name === SET ? 'E_SET' : 'E_UNKNOWN_KEY'
  const report = (end: string, hint?: string) =>
    context.report.add(code, key, `unknown key \`${name}\` ${where}${end}`, hint)
  const instead = otherwise('keys', name)
  const near = synonymOf(name, known) ?? (instead === undefined ? didYouMean(name, known) : undefined)
  if (near !== undefined) {
    report(`; did you mean \`${near}\`?`)
    return near
  }
  const hint = instead ?? homeOf(name, context)
  if (hint !== undefined) report('', hint)
  else if (!reportNotYetAnywhere(name, key, context)) report('', knownKeys(known, subject))
  return undefined
}

export function reportUnknownKind(family: Family, { key, value }: Pair, context: Context): void {
  const name = key.text
  if (reportNotYet(family, name, key, context)) return
  const kinds = context.kinds[family]
  const instead = otherwise(family, name)
  const near = instead === undefined ? nearest(name, [...kinds.keys()]) : undefined
  const message = `unknown ${singular(family)} \`${name}\``
  if (near !== undefined) {
    context.report.add('E_UNKNOWN_KIND', key, `${message}; did you mean \`${near}\`?`)
    return
  }
  // `type: kafka`, as other tools have it.
  const named = value.type === 'scalar' && kinds.has(value.text) ? value.text : undefined
  const hint =
    named === undefined ? (instead ?? homeOf(name, context)) : `write \`${named}:\` and indent its keys below it`
  if (hint !== undefined || !reportNotYetAnywhere(name, key, context))
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

/** "the keys of `sqlite` are `table` and `mode`". */
export function knownKeys(known: readonly string[], { label, scope }: Subject): string {
  if (known.length === 0) return scope === 'beside' ? 'no other key can stand there' : `${label} takes no keys`
  if (scope === 'beside') return `only ${alternatives(known)} can stand there`
  return `${scope === 'pipeline' ? 'the keys there' : `the keys of ${label}`} are ${alternatives(known).replace(' or ', ' and ')}`
}

const FAMILIES = ['sources', 'formats', 'transforms', 'sinks'] as const
const PLACE_OF_FAMILY = { sources: 'source', formats: 'format', transforms: 'transforms', sinks: 'sink' } as const

/** A name of a later version that stands at another place than it will. */
function reportNotYetAnywhere(name: string, at: Span, context: Context): boolean {
  return FAMILIES.some((family) => reportNotYet(family, name, at, context))
}

/** A name that is right, but stands at the wrong place: mostly a slip of indentation. Else what it means here. */
function homeOf(name: string, context: Context): string | undefined {
  const home = placeOfName(name, context)
  if (home !== undefined) return `\`${name}\` ${home}`
  for (const meaning of meanings(name)) {
    const found = placeOfName(meaning, context)
    if (found !== undefined) return `it is \`${meaning}\` here, which ${found}`
  }
  for (const family of FAMILIES) {
    const instead = otherwise(family, name)
    if (instead !== undefined) return instead
  }
  return undefined
}

function placeOfName(name: string, { kinds, topKeys }: Context): string | undefined {
  if (topKeys.includes(name)) return 'belongs to the top of the file, without indentation'
  for (const family of FAMILIES) {
    if (kinds[family].has(name)) return `is a ${singular(family)}, and stands below \`${PLACE_OF_FAMILY[family]}:\``
  }
  for (const family of FAMILIES) {
    for (const [kind, { schema }] of kinds[family]) {
      if (keysOf(schema).includes(name)) return `belongs to the ${singular(family)} \`${kind}\`, indented below it`
    }
  }
  return undefined
}

/** The keys of a map's schema; none where it is no map of fixed keys. */
export function keysOf(schema: v.GenericSchema): readonly string[] {
  const shape = shapeOf(schema)
  return shape.form === 'map' ? Object.keys(shape.entries) : []
}
