// Finds the kind of a component: a map with one key that names it.

import type { KindSpec } from '../kind.ts'
import type { Family, Shape } from '../options.ts'
import type { Context, Subject } from './context.ts'
import { SET } from './override.ts'
import { emptyAt, isEmpty, type MapNode, type Node, type Pair } from './tree.ts'
import { keysOf, kindsOf, nearest, reportNotYet, reportUnknownKey, reportUnknownKind, singular } from './unknown.ts'
import { replaceVariables } from './variables.ts'

/** `console` for `console: {}`. */
export function shorthand(node: Node, { env, report }: Context): readonly Pair[] | undefined {
  const key = node.type === 'scalar' ? replaceVariables(node, env, report) : undefined
  if (key === undefined) return undefined
  return [{ key, value: emptyAt(key.file, key.end) }]
}

interface Named {
  readonly pair: Pair
  readonly spec: KindSpec
}

/** The one key that names a known kind; undefined where that is wrong, and reported. */
export function kindAmong(
  pairs: readonly Pair[],
  family: Family,
  beside: readonly string[],
  subject: Subject,
  context: Context,
): Named | undefined {
  const candidates = pairs.filter(({ key }) => !reportNotYet('beside', key.text, key, context))
  const [first] = candidates
  if (first === undefined) {
    const message = `${subject.label} names no ${singular(family)}`
    if (pairs.length === 0) context.report.add('E_MISSING_KEY', subject.at, message, kindsOf(family, context))
    return undefined
  }
  const known = candidates.filter(({ key }) => context.kinds[family].has(key.text))
  const [pair, second] = known
  const spec = pair && context.kinds[family].get(pair.key.text)
  if (pair === undefined || spec === undefined) {
    reportUnknownKind(family, first, context)
    return undefined
  }
  if (second !== undefined) {
    const message = `a ${singular(family)} has one kind; \`${pair.key.text}\` and \`${second.key.text}\` are two`
    context.report.add('E_VALUE', second.key, message, oneKindHint(family, pair, second))
    return undefined
  }
  const others = candidates.filter((other) => other !== pair)
  if (reportNotIndented(pair, others, spec, context)) return undefined
  const around = { ...subject, label: `the ${singular(family)}, beside \`${pair.key.text}\``, scope: 'beside' }
  for (const { key } of others) {
    // A misspelt kind in the path of an option became a key beside the kind.
    const isKind = key.file.name === SET && nearest(key.text, [pair.key.text]) !== undefined
    reportUnknownKey(key, isKind ? [pair.key.text] : beside, around, context)
  }
  return { pair, spec }
}

function oneKindHint(family: Family, { key: first }: Pair, { key: second }: Pair): string {
  const fromOption = [first, second].filter(({ file }) => file.name === SET)
  const [added] = fromOption
  if (fromOption.length === 2) return 'keep one of them'
  if (added !== undefined) {
    const place = { sources: 'source', formats: 'format', transforms: 'transforms[0]', sinks: 'sink' }[family]
    return `set the ${singular(family)} as a whole: \`--set '${place}={${added.text}: {…}}'\``
  }
  return family === 'transforms' || family === 'sinks' ? 'begin each with `- `' : 'keep one of them'
}

/** The kind that stands there, or most likely was meant, whatever is wrong beside it. Reports nothing. */
export function kindMeant(pairs: readonly Pair[], family: Family, { kinds }: Context): Named | undefined {
  const known = kinds[family]
  const meant = (name: string) => (known.has(name) ? name : nearest(name, [...known.keys()]))
  const pair = pairs.find(({ key }) => known.has(key.text)) ?? pairs.find(({ key }) => meant(key.text) !== undefined)
  const spec = pair && known.get(meant(pair.key.text) ?? '')
  if (pair === undefined || spec === undefined) return undefined
  const others = pairs.filter((other) => other !== pair)
  // Its keys may stand beside it, for want of an indent.
  const value: Node = isEmpty(pair.value) ? { ...pair.key, type: 'map', pairs: others } : pair.value
  return { pair: { key: { ...pair.key, text: spec.name }, value }, spec }
}

/** The items of a list, those too that lack their dashes. */
export function itemsMeant(node: Node, of: Shape, { kinds }: Context): readonly Node[] {
  const apart = (map: MapNode) => map.pairs.map((pair): Node => ({ ...map, pairs: [pair] }))
  if (node.type === 'map') return apart(node)
  if (node.type !== 'list') return []
  if (of.form !== 'component') return node.items
  const isKind = ({ key }: Pair) => kinds[of.family].has(key.text)
  return node.items.flatMap((item) =>
    item.type === 'map' && item.pairs.filter(isKind).length > 1 ? apart(item) : [item],
  )
}

/** `- reduceByKey:` with its keys at the same depth. */
function reportNotIndented(pair: Pair, others: readonly Pair[], { schema }: KindSpec, { report }: Context): boolean {
  const [first] = others
  const keys = keysOf(schema)
  if (first === undefined || !isEmpty(pair.value) || !others.some(({ key }) => keys.includes(key.text))) return false
  const message = `\`${first.key.text}\` must be indented below \`${pair.key.text}\``
  report.add('E_VALUE', first.key, message, `indent the keys of \`${pair.key.text}\` by two more spaces`)
  return true
}
