// Functions with lambdas, of maps.

import { typeName } from '../../types.ts'
import { implicitCast, mismatch } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { type MapOperand, type MapType, mapOperand, tightestType } from '../analysis/elements.ts'
import { analyseLambda } from '../analysis/lambda.ts'
import { mapFilterForm, mapZipForm, transformKeysForm, transformValuesForm } from '../runtime/map-forms.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { HigherOrder, Lambda, Node } from '../typed.ts'
import type { Call, Entry } from './definition.ts'
import { conditionOf } from './higher-order.ts'
import { refuseMapKey } from './maps.ts'

export function higherOrderMapFunctions(): readonly Entry[] {
  return [
    ofEntries('map_filter', mapFilterForm, (lambda, map, call, context) => [
      conditionOf(call.args[1] as Syntax, lambda, context),
      map,
    ]),
    ofEntries('transform_values', transformValuesForm, (lambda, map) => [lambda, { ...map, value: lambda.body.type }]),
    ofEntries('transform_keys', transformKeysForm, (lambda, map, call) => {
      refuseMapKey(lambda.body.type, call)
      return [lambda, { ...map, key: lambda.body.type }]
    }),
    ['map_zip_with', { least: 3, most: 3, analyse: zipWith }],
  ]
}

/** The lambda gets the key and the value of each entry; `settle` gives it as it is called, and the type of the result. */
function ofEntries(
  name: string,
  form: HigherOrder,
  settle: (lambda: Lambda, map: MapType, call: Call, context: Context) => readonly [Lambda, MapType],
): Entry {
  const analyse = (call: Call, context: Context): Node => {
    const { node, map } = mapOperand(call.args[0] as Syntax, context, name)
    const written = analyseLambda(call.args[1] as Syntax, [map.key, map.value], call, context)
    const [lambda, type] = settle(written, map, call, context)
    return { kind: 'higher-order', form, args: [node], lambda, type }
  }
  return [name, { least: 2, most: 2, analyse }]
}

/** The lambda gets the key and the values of both maps. */
function zipWith(call: Call, context: Context): Node {
  const maps = call.args.slice(0, 2).map((arg) => mapOperand(arg, context, call.name)) as [MapOperand, MapOperand]
  const [first, second] = maps
  const key = tightestType(first.map.key, second.map.key)
  if (key === undefined)
    throw mismatch(
      `map_zip_with wants two maps with keys of one type, not ${typeName(first.map.key)} and ${typeName(second.map.key)}`,
      call,
    )
  refuseMapKey(key, call)
  const args = maps.map(({ node, syntax, map }) => implicitCast(node, { ...map, key }, context, syntax))
  const types = [key, first.map.value, second.map.value]
  const lambda = analyseLambda(call.args[2] as Syntax, types, call, context)
  return {
    kind: 'higher-order',
    form: mapZipForm,
    args,
    lambda,
    type: { kind: 'map', key, value: lambda.body.type },
  }
}
