// Names of other tools that this version does not know: which name or recipe of sprk does the same, or that there is none yet.

import { LATER, OTHERWISE, REPLACED } from './other-names.ts'
import { SYNONYMS } from './synonyms.ts'

/** Undefined: not a name of a later version. Else what to do instead, perhaps nothing. */
export function notYet(scope: string, name: string): { readonly hint: string | undefined } | undefined {
  const hint = later.get(scope)?.get(folded(name))
  return hint === undefined ? undefined : { hint: hint || undefined }
}

/** How sprk does what the name does elsewhere; undefined where nothing is known of it. */
export function otherwise(scope: string, name: string): string | undefined {
  return otherwiseByScope.get(scope)?.get(folded(name))
}

/** Later key → today's key. A file that uses the later one is not also told that today's is missing. */
export function replacedBy(later: string): string | undefined {
  return Object.hasOwn(REPLACED, later) ? REPLACED[later] : undefined
}

/** The known name for what other tools call `name`. */
export function synonymOf(name: string, known: readonly string[]): string | undefined {
  return meanings(name).find((meaning) => known.includes(meaning))
}

/** Every name of sprk that other tools call `name`. */
export function meanings(name: string): readonly string[] {
  return synonyms.get(folded(name)) ?? []
}

/** All names of a later version, as `scope` and `name`. */
export function allNotYet(): readonly { readonly scope: string; readonly name: string }[] {
  return Object.entries(LATER).flatMap(([scope, groups]) =>
    groups.flatMap(([names]) => words(names).map((name) => ({ scope, name }))),
  )
}

type ByScope = ReadonlyMap<string, ReadonlyMap<string, string>>

const later = byScope(LATER)
const otherwiseByScope = byScope(OTHERWISE)
const synonyms = new Map<string, string[]>()
for (const [meaning, names] of Object.entries(SYNONYMS)) {
  for (const name of words(names)) synonyms.set(folded(name), [...(synonyms.get(folded(name)) ?? []), meaning])
}

function byScope(table: typeof LATER): ByScope {
  return new Map(Object.entries(table).map(([scope, groups]) => [scope, byName(groups)]))
}

function byName(groups: (typeof LATER)[string]): ReadonlyMap<string, string> {
  return new Map(groups.flatMap(([names, hint]) => words(names).map((name) => [folded(name), hint] as const)))
}

function words(names: string): readonly string[] {
  return names.trim().split(/\s+/)
}

/** `order_by`, `orderBy` and `ORDER BY` are one name, `auto.offset.reset` and `auto_offset_reset` another. */
function folded(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
