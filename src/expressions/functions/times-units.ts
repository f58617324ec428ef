// Times by any unit: timestampadd(HOUR, 5, t), timestampdiff(MONTH, a, b).

import { BIGINT } from '../../types.ts'
import { type AddUnit, addUnits, unitsBetween } from '../../values/time-units.ts'
import { UTC } from '../../values/zone.ts'
import { argument } from '../analysis/argument.ts'
import { scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { ExpressionError } from '../error.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'
import { anyTimestamp, bigint, timestamp } from './parameters.ts'
import { withinYears } from './times-fault.ts'

export function unitFunctions(): readonly Entry[] {
  return [
    ['timestampadd', { least: 3, most: 3, analyse: timestampAdd }],
    ['timestampdiff', { least: 3, most: 3, analyse: timestampDiff }],
  ]
}

const UNITS = ['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR']

/** The first argument of timestampadd and timestampdiff. */
function unitOf(syntax: Syntax | undefined, extra: Readonly<Record<string, AddUnit>>, call: Call): AddUnit {
  const name = syntax?.kind === 'literal' && typeof syntax.value === 'string' ? syntax.value.toUpperCase() : undefined
  if (name !== undefined && Object.hasOwn(extra, name)) return extra[name] as AddUnit
  if (name !== undefined && UNITS.includes(name)) return name as AddUnit
  const hint = `the units are ${UNITS.join(', ')}`
  throw new ExpressionError(
    'E_TYPE',
    `${call.name} wants a unit of time first`,
    syntax ?? call,
    hint,
    'INVALID_PARAMETER_VALUE.DATETIME_UNIT',
  )
}

function timestampAdd(call: Call, context: Context): Node {
  const [first, quantity, time] = call.args as readonly [Syntax, Syntax, Syntax]
  const unit = unitOf(first, { DAYOFYEAR: 'DAY' }, call)
  const args = [argument(quantity, bigint, context, call.name), argument(time, anyTimestamp, context, call.name)]
  const type = (args[1] as Node).type
  const zone = type.kind === 'timestamp_ntz' ? UTC : context.zone
  const apply = (by: bigint, micros: number) => withinYears(addUnits(micros, Number(by), unit, zone))
  return scalarNode({ name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }, args, type)
}

function timestampDiff(call: Call, context: Context): Node {
  const [first, start, end] = call.args as readonly [Syntax, Syntax, Syntax]
  const unit = unitOf(first, {}, call)
  const args = [argument(start, timestamp, context, call.name), argument(end, timestamp, context, call.name)]
  const { zone } = context
  const apply = (a: number, b: number) => BigInt(unitsBetween(zone.toLocal(a), zone.toLocal(b), unit))
  return scalarNode({ name: call.name, nulls: 'strict', total: true, apply: apply as Scalar['apply'] }, args, BIGINT)
}
