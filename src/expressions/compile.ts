// Compiles an expression from its text: parsed, analysed against the columns in scope, made a function over frames.

import type { Evaluate } from '../column.ts'
import type { Scope } from '../scope.ts'
import type { DataType } from '../types.ts'
import { zone } from '../values/zone.ts'
import { type CompiledAggregates, compileAggregateSyntax } from './aggregates/compile.ts'
import { analyse } from './analysis/analyse.ts'
import type { Context } from './analysis/context.ts'
import { compile } from './runtime/compile.ts'
import { canonical } from './syntax/canonical.ts'
import { parseExpression } from './syntax/parser.ts'
import type { Syntax } from './syntax/tree.ts'

export interface ExpressionOptions {
  /** An IANA time zone. */
  readonly timeZone: string
  /** Whether the expression may be a call that makes rows, as explode: then it is an array. */
  readonly makesRows?: boolean | undefined
}

export interface Compiled {
  readonly type: DataType
  readonly evaluate: Evaluate
  /** Normalised text: equal text, equal meaning. */
  readonly canonical: string
  /** The last part of a plain column or path; null for everything else. */
  readonly name: string | null
  /** Whether the value depends on the micro-batch that it is computed in. */
  readonly boundary: 'independent' | 'dependent'
  /** Sentences for `explain`. */
  readonly notes: readonly string[]
}

/** Compiles one expression; throws ExpressionError. */
export function compileExpression(source: string, scope: Scope, options: ExpressionOptions): Compiled {
  const syntax = parseExpression(source)
  let boundary: Compiled['boundary'] = 'independent'
  const dependsOnBatch = () => {
    boundary = 'dependent'
  }
  const context = contextOf(scope, options, dependsOnBatch)
  // flatMap casts what it takes for an array.
  const generator = options.makesRows !== true ? null : syntax.kind === 'cast' ? syntax.operand : syntax
  const node = analyse(syntax, { ...context, generator })
  return {
    type: node.type,
    evaluate: compile(node),
    canonical: canonical(syntax),
    name: nameOf(syntax),
    boundary,
    notes: [...context.notes],
  }
}

/** Compiles an expression over aggregates; `scope` is that of the rows below them. Throws ExpressionError. */
export function compileAggregates(source: string, scope: Scope, options: ExpressionOptions): CompiledAggregates {
  let boundary: Compiled['boundary'] = 'independent'
  const dependsOnBatch = () => {
    boundary = 'dependent'
  }
  const compiled = compileAggregateSyntax(parseExpression(source), contextOf(scope, options, dependsOnBatch))
  return { ...compiled, boundary }
}

function contextOf(scope: Scope, options: ExpressionOptions, dependsOnBatch: () => void): Context {
  const within = zone(options.timeZone)
  if (within === undefined) throw new Error(`no time zone ${options.timeZone}`)
  return {
    analyse,
    scope,
    zone: within,
    notes: new Set(),
    dependsOnBatch,
    variables: new Map(),
    generator: null,
    aggregate: null,
  }
}

function nameOf(syntax: Syntax): string | null {
  switch (syntax.kind) {
    case 'name':
      return syntax.parts.at(-1) ?? null
    case 'field':
      return syntax.name
    case 'index':
      return syntax.index.kind === 'literal' && typeof syntax.index.value === 'string' ? syntax.index.value : null
    default:
      return null
  }
}
