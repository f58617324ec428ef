// Calls: the function is found, its arguments counted and cast.

import { BIGINT, type DataType, sameType, typeName } from '../../types.ts'
import { didYouMean } from '../../words.ts'
import { ExpressionError } from '../error.ts'
import { AGGREGATES } from '../functions/aggregate-names.ts'
import type { FunctionDefinition } from '../functions/definition.ts'
import { FUNCTIONS } from '../functions/index.ts'
import { NOT_YET, WORKAROUNDS } from '../functions/not-yet.ts'
import { notYet } from '../syntax/explain.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { batchField, NOW_FUNCTIONS } from './batch.ts'
import { refuseClauses } from './clauses.ts'
import { implicitCast, mismatch, orMistake, scalarNode } from './coerce.ts'
import type { Context, Operand } from './context.ts'
import { isNumeric } from './numeric.ts'
import { common, operand } from './operand.ts'

export type Call = Extract<Syntax, { kind: 'call' }>

export function analyseCall(syntax: Call, context: Context): Node {
  if (AGGREGATES.has(syntax.name)) return aggregate(syntax, context)
  refuseClauses(syntax)
  if (syntax.name === 'coalesce') return coalesce(syntax, context)
  if (NOW_FUNCTIONS.has(syntax.name)) {
    checkArity(syntax, 0, 0)
    return batchField('time', syntax, context)
  }
  const definition = FUNCTIONS.get(syntax.name)
  if (definition === undefined) throw unknownFunction(syntax)
  checkArity(syntax, definition.parameters.length - definition.optional, maximum(definition))
  const args = syntax.args.map((arg) => operand(arg, context))
  return definition.variadic ? variadic(definition, args, syntax, context) : fixed(definition, args, syntax, context)
}

function maximum(definition: FunctionDefinition): number {
  return definition.variadic ? Number.POSITIVE_INFINITY : definition.parameters.length
}

function fixed(definition: FunctionDefinition, args: readonly Operand[], syntax: Call, context: Context): Node {
  const nodes = args.map((arg, i) => parameter(arg, wanted(definition, arg, i), context, syntax.name))
  const { scalar, type } = orMistake(() => definition.resolve(nodes), syntax)
  return scalarNode(scalar, nodes, type)
}

/** A binary stays one where the function takes it too, and so does a number. */
function wanted(definition: FunctionDefinition, { node }: Operand, i: number): DataType {
  if (i === 0 && definition.binary && node.type.kind === 'binary') return node.type
  if (i === 0 && definition.integral === true && isNumeric(node.type)) return BIGINT
  return definition.parameters[i] as DataType
}

function variadic(definition: FunctionDefinition, args: readonly Operand[], at: Call, context: Context): Node {
  const types = args.map(({ node }) => node.type)
  const nested = types.find((type) => type.kind === 'array' || type.kind === 'binary')
  const allSame = nested !== undefined && types.every((type) => type.kind === 'void' || type.kind === nested.kind)
  const target = allSame ? common(args) : (definition.parameters[0] as DataType)
  const nodes = args.map((arg) =>
    allSame ? implicitCast(arg.node, target, context, arg.syntax) : parameter(arg, target, context, at.name),
  )
  const { scalar, type } = definition.resolve(nodes)
  return scalarNode(scalar, nodes, type)
}

/** Spark's ANSI implicit cast of an argument: any atomic type to string, numbers and strings to int. */
function parameter({ node, syntax }: Operand, wanted: DataType, context: Context, name: string): Node {
  const { type } = node
  const atomic = type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'struct'
  const allowed =
    sameType(type, wanted) ||
    type.kind === 'void' ||
    type.kind === 'variant' ||
    (wanted.kind === 'string' && atomic) ||
    (wanted.kind === 'binary' && type.kind === 'string') ||
    (wanted.kind === 'bigint' && isNumeric(type)) ||
    (wanted.kind === 'int' && (isNumeric(type) || type.kind === 'string'))
  if (!allowed) throw mismatch(`${name} wants ${typeName(wanted)} here, and this is ${typeName(type)}`, syntax)
  return implicitCast(node, wanted, context, syntax)
}

function coalesce(syntax: Call, context: Context): Node {
  checkArity(syntax, 1, Number.POSITIVE_INFINITY)
  const args = syntax.args.map((arg) => operand(arg, context))
  const type = common(args)
  return { kind: 'coalesce', args: args.map((arg) => implicitCast(arg.node, type, context, arg.syntax)), type }
}

function aggregate(syntax: Call, context: Context): Node {
  if (context.aggregate !== null) return context.aggregate(syntax)
  const hint = 'aggregates stand in the `values` of reduceByKey, one never inside another'
  throw new ExpressionError('E_AGGREGATE', `${syntax.name} is an aggregate and cannot stand here`, syntax, hint)
}

/** Throws for a name that is neither a function nor an aggregate. */
export function assertFunction(call: Call): void {
  const { name } = call
  if (!FUNCTIONS.has(name) && !AGGREGATES.has(name) && !NOW_FUNCTIONS.has(name) && name !== 'coalesce')
    throw unknownFunction(call)
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
  if (NOT_YET.has(name)) return notYet(`the function ${name}`, nameSpan, WORKAROUNDS[name])
  const near = didYouMean(name, [...FUNCTIONS.keys(), 'coalesce', ...AGGREGATES])
  const hint = near === undefined ? undefined : `did you mean ${near}?`
  return new ExpressionError('E_UNKNOWN_FUNCTION', `unknown function ${name}`, nameSpan, hint)
}
