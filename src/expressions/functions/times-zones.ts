// Times in other time zones: convert_timezone, from_utc_timestamp, to_utc_timestamp, current_timezone.

import { STRING, TIMESTAMP, TIMESTAMP_NTZ } from '../../types.ts'
import type { Zone } from '../../values/zone.ts'
import { argument } from '../analysis/argument.ts'
import { scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { literal, type Node, type Scalar } from '../typed.ts'
import type { Call, Entry, ValueFunction } from './definition.ts'
import { type Parameter, text, timestamp, timestampNtz } from './parameters.ts'
import { ofText, withinYears, zoneNamed } from './times-fault.ts'

export function zoneFunctions(): readonly Entry[] {
  return [
    ['convert_timezone', { least: 2, most: 3, analyse: convertTimezone }],
    ['current_timezone', { parameters: [], resolve: (_args, { zone }) => literal(zone.id, STRING) }],
    // A moment whose clock in UTC shows what the other zone's shows at the given one, and back.
    ['from_utc_timestamp', shifted((micros, zone) => zone.toLocal(micros))],
    ['to_utc_timestamp', shifted((micros, zone) => zone.toUtc(micros))],
  ]
}

function shifted(shift: (micros: number, zone: Zone) => number): ValueFunction {
  return {
    parameters: [timestamp, text],
    resolve([, name], _context, call) {
      const zoneOf = ofText(name, call, zoneNamed)
      const apply = (micros: number, written: string) => withinYears(shift(micros, zoneOf(written)))
      return { type: TIMESTAMP, scalar: { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] } }
    },
  }
}

/** convert_timezone([from, ]to, time); without `from` it is the pipeline's zone. */
function convertTimezone(call: Call, context: Context): Node {
  const parameters: readonly Parameter[] = [text, text, timestampNtz].slice(-call.args.length)
  const args = call.args.map((arg, i) => argument(arg, parameters[i] as Parameter, context, call.name))
  const names = args.slice(0, -1)
  const zones = names.map((name) => ofText(name, call, zoneNamed))
  const apply = (...values: readonly unknown[]) => {
    const [from, to] = zones.map((zoneOf, i) => zoneOf(values[i] as string)).slice(-2)
    const local = values.at(-1) as number
    const [source, target] = to === undefined ? [context.zone, from] : [from, to]
    return withinYears((target as Zone).toLocal((source as Zone).toUtc(local)), 'the result')
  }
  const scalar: Scalar = { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }
  return scalarNode(scalar, args, TIMESTAMP_NTZ)
}
