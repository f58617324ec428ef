// The library functions, by name. A family's definitions are made when a name is looked up that the families before it do
// not have: a start makes only what its pipeline needs.

import { arithmeticFunctions } from './arithmetic.ts'
import { arrayFunctions } from './arrays.ts'
import { arrayMakers } from './arrays-make.ts'
import { binaryFunctions } from './binary.ts'
import { bitFunctions } from './bits.ts'
import { castFunctions } from './cast-functions.ts'
import { conditionalFunctions } from './conditional.ts'
import { csvFunctions } from './csv.ts'
import type { Entry, FunctionDefinition } from './definition.ts'
import { generatorFunctions } from './generators.ts'
import { higherOrderFunctions } from './higher-order.ts'
import { higherOrderMapFunctions } from './higher-order-maps.ts'
import { jsonFunctions } from './json.ts'
import { typedJsonFunctions } from './json-typed.ts'
import { likeFunctions } from './like-functions.ts'
import { mapFunctions } from './maps.ts'
import { mathFunctions } from './math.ts'
import { roundingFunctions } from './rounding.ts'
import { sequenceFunctions } from './sequence.ts'
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
import { structFunctions } from './structs.ts'
import { timeFunctions } from './times.ts'
import { variantFunctions } from './variant.ts'

const FAMILIES: readonly (() => readonly Entry[])[] = [
  stringFunctions,
  conditionalFunctions,
  timeFunctions,
  arrayFunctions,
  arrayMakers,
  mapFunctions,
  structFunctions,
  higherOrderFunctions,
  generatorFunctions,
  higherOrderMapFunctions,
  sequenceFunctions,
  jsonFunctions,
  typedJsonFunctions,
  variantFunctions,
  csvFunctions,
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
  castFunctions,
  hashFunctions,
  formatFunctions,
  formatNumberFunctions,
  numberTextFunctions,
  urlFunctions,
  likeFunctions,
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
