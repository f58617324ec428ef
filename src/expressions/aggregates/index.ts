// The aggregate functions, by name. As with the other functions, a family's definitions are made when a name is looked up
// that the families before it do not have.

import { bitAggregates } from './bits.ts'
import { collecting } from './collecting.ts'
import { counting } from './counting.ts'
import type { AggregateDefinition, AggregateEntry } from './definition.ts'
import { extremes } from './extremes.ts'
import { mode } from './mode.ts'
import { moments } from './moments.ts'
import { pairs } from './pairs.ts'
import { percentiles } from './percentiles.ts'
import { positions } from './positions.ts'
import { sums } from './sums.ts'

const FAMILIES: readonly (() => readonly AggregateEntry[])[] = [
  counting,
  sums,
  extremes,
  positions,
  collecting,
  bitAggregates,
  moments,
  pairs,
  percentiles,
  mode,
]

const made: ReadonlyMap<string, AggregateDefinition>[] = []

/** `name` is one of AGGREGATES. */
export function findAggregate(name: string): AggregateDefinition {
  for (let i = 0; i < FAMILIES.length; i++) {
    made[i] ??= new Map(FAMILIES[i]?.())
    const found = made[i]?.get(name)
    if (found !== undefined) return found
  }
  throw new Error(`no aggregate ${name}`)
}
