// Random syntax trees: every kind of node, with names and texts that are easily taken for something else.

import type { CallSyntax, IntervalText, SortItem, Syntax, SyntaxKind } from '../../../src/expressions/syntax/tree.ts'
import { NO_CLAUSES } from '../../../src/expressions/syntax/tree.ts'
import * as types from '../../../src/types.ts'

/** A whole number below the bound. */
type Random = (below: number) => number

const AT = { start: 0, end: 0 }

const NAMES = [
  ...[
    'a',
    'b',
    'x1',
    '_c',
    'Straße',
    'odd name',
    'a`b',
    'and',
    'NULL',
    'distinct',
    'all',
    'both',
    'leading',
    'trailing',
  ],
  ...[
    'interval',
    'date',
    'timestamp',
    'X',
    'r',
    'select',
    'filter',
    'over',
    'within',
    'ignore',
    'nulls',
    'day',
    'year',
  ],
  ...['from', 'any', 'some', 'escape', 'desc', 'asc', 'is', 'div', 'case', 'end', 'as', 'cast', 'try_cast', 'first'],
  ...[
    'position',
    'struct',
    'time',
    'true',
    'in',
    'between',
    'like',
    'ilike',
    'rlike',
    'regexp',
    'current_date',
    '1a',
    '',
  ],
]
const FUNCTIONS = [
  ...['lower', 'concat', 'position', 'overlay', 'substring', 'struct', 'first', 'any', 'some', 'all', 'filter', 'left'],
  ...['date_part', 'btrim', 'date_add', 'if', 'in', 'odd name', 'count', 'listagg', 'try_cast', 'interval', 'date'],
]
const TEXTS = ['', 'a', "it's", 'tab\t', '\\', '%_', '\0', 'é😀', '"', '`', '-- a', '/* b', '\n', '1 day']
const OPERATORS = [
  ...['+', '-', '*', '/', '%', 'div', '&', '|', '^', '<<', '>>', '>>>', '||', 'and', 'or'],
  ...['=', '<>', '<', '<=', '>', '>=', '<=>'],
] as const
const TYPES: readonly types.DataType[] = [
  types.INT,
  types.STRING,
  types.TIMESTAMP_NTZ,
  types.VARIANT,
  types.INTERVAL,
  types.yearMonthInterval('year', 'month'),
  types.dayTimeInterval('hour', 'hour'),
  { kind: 'decimal', precision: 12, scale: 3 },
  { kind: 'array', element: { kind: 'array', element: types.DATE } },
  { kind: 'map', key: types.STRING, value: types.BINARY },
  { kind: 'struct', fields: [] },
  {
    kind: 'struct',
    fields: [
      { name: 'odd name', type: types.INT },
      { name: 'interval', type: types.INTERVAL },
      { name: 'and', type: types.dayTimeInterval('day', 'second') },
    ],
  },
]

export function randomTree(random: Random, depth: number): Syntax {
  return new Trees(random).expression(depth)
}

class Trees {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  expression(depth: number): Syntax {
    const kinds = depth === 0 ? LEAVES : [...LEAVES, ...NODES, ...NODES]
    return { ...this.#kind(this.#one(kinds), depth - 1), ...AT }
  }

  #one<T>(choices: readonly T[]): T {
    return choices[this.#random(choices.length)] as T
  }

  #chance(): boolean {
    return this.#random(2) === 0
  }

  #some<T>(least: number, make: () => T): readonly T[] {
    return Array.from({ length: least + this.#random(3) }, make)
  }

  #kind(kind: Syntax['kind'], depth: number): SyntaxKind {
    const operand = () => this.expression(depth)
    const head = () => ({ negated: this.#chance(), operand: operand() })
    switch (kind) {
      case 'name':
        return { kind, parts: this.#some(1, () => this.#one(NAMES)) }
      case 'literal':
        return this.#literal()
      case 'typed-literal':
        return { kind, type: this.#one([types.DATE, types.TIMESTAMP, types.TIMESTAMP_NTZ]), text: this.#one(TEXTS) }
      case 'interval':
        return { kind, written: this.#interval() }
      case 'field':
        return this.#field(operand())
      case 'index':
        return { kind, of: operand(), index: operand() }
      case 'negate':
      case 'invert':
      case 'not':
        return { kind, operand: operand() }
      case 'plus':
      case 'binary':
        return { kind: 'binary', operator: this.#one(OPERATORS), left: this.#left(depth), right: operand() }
      case 'is':
        return { kind, ...head(), what: this.#one(['null', 'true', 'false', 'unknown'] as const) }
      case 'in':
        return { kind, ...head(), list: this.#some(1, operand) }
      case 'between':
        return { kind, ...head(), low: operand(), high: operand() }
      case 'like':
        return { kind, ...head(), caseless: this.#chance(), pattern: operand(), escape: this.#one(['\\', "'", '!']) }
      case 'like-each': {
        const quantifier = this.#one(['any', 'all'] as const)
        return { kind, ...head(), caseless: this.#chance(), quantifier, patterns: this.#some(1, operand) }
      }
      case 'rlike':
        return { kind, ...head(), pattern: operand() }
      case 'case': {
        const branches = this.#some(1, () => ({ when: operand(), then: operand() }))
        return {
          kind,
          operand: this.#chance() ? operand() : null,
          branches,
          otherwise: this.#chance() ? operand() : null,
        }
      }
      case 'cast':
        return { kind, lenient: this.#chance(), operand: operand(), to: this.#one(TYPES) }
      case 'lambda':
      case 'call':
        return this.#call(depth)
      default:
        return kind satisfies never
    }
  }

  /** The text leaves a plus out, as stored texts do: beside a minus, a field or its own brackets it would be another tree. */
  #left(depth: number): Syntax {
    if (this.#random(8) > 0) return this.expression(depth)
    return { kind: 'plus', operand: { kind: 'name', parts: [this.#one(NAMES)], ...AT }, ...AT }
  }

  /** Names behind a name are parts of it. */
  #field(of: Syntax): SyntaxKind {
    const name = this.#one(NAMES)
    return of.kind === 'name' ? { kind: 'name', parts: [...of.parts, name] } : { kind: 'field', of, name }
  }

  #literal(): SyntaxKind {
    const whole = this.#one([0, 1, -1, 127, -128])
    const decimal = { kind: 'decimal', precision: 3, scale: 2 } as const
    return this.#one<SyntaxKind>([
      { kind: 'literal', type: types.VOID, value: null },
      { kind: 'literal', type: types.BOOLEAN, value: this.#chance() },
      { kind: 'literal', type: types.STRING, value: this.#one(TEXTS) },
      { kind: 'literal', type: types.BINARY, value: Uint8Array.of(0, 255) },
      { kind: 'literal', type: this.#one([types.INT, types.TINYINT, types.SMALLINT]), value: whole },
      { kind: 'literal', type: types.BIGINT, value: this.#one([0n, 2n ** 63n - 1n, -(2n ** 63n)]) },
      { kind: 'literal', type: types.DOUBLE, value: this.#one([0, -0, 1.5, 1e300, -5e-324]) },
      { kind: 'literal', type: types.FLOAT, value: this.#one([0, -1.5, Math.fround(0.1)]) },
      { kind: 'literal', type: decimal, value: this.#one([150n, -101n]) },
    ])
  }

  #interval(): IntervalText {
    const value = this.#one(['1', '-1', '+2.5', 'x', "it's"])
    const units = this.#one([
      ['year', 'month'],
      ['day', 'week', 'second', 'nanosecond'],
    ] as const)
    return this.#one<IntervalText>([
      { form: 'units', parts: this.#some(1, () => ({ value, unit: this.#one<(typeof units)[number]>(units) })) },
      { form: 'range', value, from: 'year', to: 'month' },
      { form: 'range', value, from: 'day', to: this.#one(['hour', 'minute', 'second'] as const) },
      { form: 'text', text: this.#one(TEXTS) },
    ])
  }

  #call(depth: number): SyntaxKind {
    const name = this.#one(FUNCTIONS)
    const call = { kind: 'call', name, nameSpan: AT, ...NO_CLAUSES } as const
    if (this.#random(8) === 0) return { ...call, star: true, args: [], ...this.#clauses(depth) }
    if (this.#random(8) === 0) return this.#unitCall(call, depth)
    const distinct = this.#random(4) === 0
    const args = this.#some(distinct ? 1 : 0, () => this.#argument(depth))
    const safe = ['date_add', 'try_cast'].includes(name) ? args.slice(0, 2) : args
    const names = name === 'struct' ? safe.map(() => (this.#chance() ? this.#one(NAMES) : null)) : []
    const aliases = names.some((alias) => alias !== null) ? names : null
    return { ...call, distinct, args: safe, aliases, ...this.#clauses(depth) }
  }

  #unitCall(call: Omit<CallSyntax, 'args' | 'start' | 'end'>, depth: number): SyntaxKind {
    const unit: Syntax = { kind: 'literal', type: types.STRING, value: this.#one(['DAY', 'MONTH']), ...AT }
    const args = [unit, this.expression(depth), this.expression(depth)]
    return { ...call, name: this.#one(['timestampadd', 'timestampdiff']), args }
  }

  #argument(depth: number): Syntax {
    if (this.#random(6) > 0) return this.expression(depth)
    const parameters = [...new Set(this.#some(1, () => this.#one(NAMES)))]
    return { kind: 'lambda', parameters, body: this.expression(depth), ...AT }
  }

  #clauses(depth: number): Partial<CallSyntax> {
    const item = (): SortItem => ({
      expression: this.expression(depth),
      descending: this.#chance(),
      nullsFirst: this.#one([true, false, null]),
    })
    const shape = this.#random(8)
    if (shape === 0) return { filter: this.expression(depth) }
    if (shape === 1) return { orderBy: this.#some(1, item), filter: this.#chance() ? this.expression(depth) : null }
    return shape === 2 ? { ignoreNulls: this.#chance() } : {}
  }
}

const LEAVES: readonly Syntax['kind'][] = ['name', 'name', 'literal', 'typed-literal', 'interval']
const NODES: readonly Syntax['kind'][] = [
  ...(['field', 'index', 'negate', 'invert', 'not', 'binary', 'binary', 'is', 'in', 'between', 'like'] as const),
  ...(['like-each', 'rlike', 'case', 'cast', 'call', 'call'] as const),
]
