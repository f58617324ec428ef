// Calls: the function is found, its arguments counted and cast.

import { didYouMean } from '../../words.ts'
import { ExpressionError } from '../error.ts'
import { AGGREGATES } from '../functions/aggregate-names.ts'
import type { Call, SyntaxFunction, ValueFunction } from '../functions/definition.ts'
import { findFunction, functionNames } from '../functions/index.ts'
import { NOT_YET, WORKAROUNDS } from '../functions/not-yet.ts'
import { otherName } from '../functions/other-names.ts'
import type { Parameter } from '../functions/parameters.ts'
import { refusal } from '../functions/refused.ts'
import { notYet } from '../syntax/explain.ts'
import type { Node } from '../typed.ts'
import { argument } from './argument.ts'
import { batchField, NOW_FUNCTIONS } from './batch.ts'
import { refuseClauses } from './clauses.ts'
import { orMistake, scalarNode } from './coerce.ts'
import type { Context } from './context.ts'

export type { Call }

export function analyseCall(syntax: Call, context: Context): Node {
  if (AGGREGATES.has(syntax.name)) return aggregate(syntax, context)
  refuseClauses(syntax)
  if (NOW_FUNCTIONS.has(syntax.name)) {
    checkArity(syntax, 0, 0)
    return batchField('time', syntax, context)
  }
  const definition = findFunction(syntax.name)
  if (definition === undefined) throw unknownFunction(syntax)
  return 'analyse' in definition ? bySyntax(definition, syntax, context) : ofValues(definition, syntax, context)
}

function bySyntax(definition: SyntaxFunction, call: Call, context: Context): Node {
  checkArity(call, definition.least, definition.most)
  return orMistake(() => definition.analyse(call, context), call)
}

function ofValues(definition: ValueFunction, call: Call, context: Context): Node {
  const { parameters, optional = 0, variadic = false } = definition
  checkArity(call, parameters.length - optional, variadic ? Number.POSITIVE_INFINITY : parameters.length)
  const args = call.args.map((arg, i) => {
    // The last parameter is the one that may be repeated.
    const parameter = (parameters[i] ?? parameters.at(-1)) as Parameter
    return argument(arg, parameter, context, call.name)
  })
  const resolved = orMistake(() => definition.resolve(args, context, call), call)
  return 'kind' in resolved ? resolved : scalarNode(resolved.scalar, args, resolved.type)
}

function aggregate(syntax: Call, context: Context): Node {
  if (context.aggregate !== null) return context.aggregate(syntax)
  const hint = 'aggregates stand in the `values` of reduceByKey, one never inside another'
  throw new ExpressionError('E_AGGREGATE', `${syntax.name} is an aggregate and cannot stand here`, syntax, hint)
}

/** Throws for a name that is neither a function nor an aggregate. */
export function assertFunction(call: Call): void {
  const { name } = call
  if (!AGGREGATES.has(name) && !NOW_FUNCTIONS.has(name) && findFunction(name) === undefined) throw unknownFunction(call)
}

export function checkArity(syntax: Call, least: number, most: number): void {
  const count = syntax.args.length
  if (count >= least && count <= most) return
  const wanted =
    most === Number.POSITIVE_INFINITY ? `at least ${least}` : least === most ? `${least}` : `${least} to ${most}`
  const plural = wanted.endsWith(' 1') || wanted === '1' ? '' : 's'
  throw new ExpressionError('E_ARITY', `${syntax.name} takes ${wanted} argument${plural}, not ${count}`, syntax)
}

function unknownFunction({ name, nameSpan }: Call): ExpressionError {
  const refused = refusal(name)
  if (refused !== undefined) {
    const message = `the function ${name} ${refused.reason}`
    return new ExpressionError('E_REFUSED_FUNCTION', message, nameSpan, refused.hint)
  }
  if (NOT_YET.has(name)) return notYet(`the function ${name}`, nameSpan, WORKAROUNDS[name])
  const other = otherName(name)
  const near = other ?? didYouMean(name, [...functionNames(), ...AGGREGATES])
  const hint = near === undefined ? undefined : other === undefined ? `did you mean ${near}?` : `Spark calls it ${near}`
  return new ExpressionError('E_UNKNOWN_FUNCTION', `unknown function ${name}`, nameSpan, hint)
}
