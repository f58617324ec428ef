// The library functions, by name. A family's definitions are made when a name is looked up that the families before it do
// not have: a start makes only what its pipeline needs.

import { arithmeticFunctions } from './arithmetic.ts'
import { binaryFunctions } from './binary.ts'
import { bitFunctions } from './bits.ts'
import { conditionalFunctions } from './conditional.ts'
import type { Entry, FunctionDefinition } from './definition.ts'
import { mathFunctions } from './math.ts'
import { roundingFunctions } from './rounding.ts'
import { stringFunctions } from './strings.ts'
import { changeFunctions } from './strings-change.ts'
import { decodeFunctions } from './strings-decode.ts'
import { formatFunctions } from './strings-format.ts'
import { formatNumberFunctions } from './strings-format-number.ts'
import { hashFunctions } from './strings-hash.ts'
import { joinFunctions } from './strings-join.ts'
import { maskFunctions } from './strings-mask.ts'
import { measureFunctions } from './strings-measure.ts'
import { numberTextFunctions } from './strings-number.ts'
import { regexFunctions } from './strings-regex.ts'
import { searchFunctions } from './strings-search.ts'
import { urlFunctions } from './strings-url.ts'

const FAMILIES: readonly (() => readonly Entry[])[] = [
  stringFunctions,
  conditionalFunctions,
  mathFunctions,
  roundingFunctions,
  bitFunctions,
  arithmeticFunctions,
  binaryFunctions,
  searchFunctions,
  regexFunctions,
  changeFunctions,
  decodeFunctions,
  joinFunctions,
  measureFunctions,
  maskFunctions,
  hashFunctions,
  formatFunctions,
  formatNumberFunctions,
  numberTextFunctions,
  urlFunctions,
]

const made: ReadonlyMap<string, FunctionDefinition>[] = []

export function findFunction(name: string): FunctionDefinition | undefined {
  for (let i = 0; i < FAMILIES.length; i++) {
    const found = family(i).get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** The names of all functions but the aggregates. */
export function functionNames(): readonly string[] {
  return FAMILIES.flatMap((_, i) => [...family(i).keys()])
}

function family(i: number): ReadonlyMap<string, FunctionDefinition> {
  made[i] ??= new Map(FAMILIES[i]?.())
  return made[i]
}
