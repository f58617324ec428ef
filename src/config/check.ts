// Says what is wrong with a value: not of the type that its schema asks for, or refused by one of its checks.

import * as v from 'valibot'
import { type Shape, shapeOf } from '../options.ts'
import { alternatives, type Context, SECRET_FORM, type Subject } from './context.ts'
import type { Node, Span } from './tree.ts'
import { kindsOf, nearest, reportNotYet } from './unknown.ts'

/** Completes "must be …". */
export function expectation(schema: v.GenericSchema): string {
  const shape = shapeOf(schema)
  switch (shape.form) {
    case 'expression':
      return 'an expression'
    case 'path':
    case 'pem':
      return 'a path'
    case 'secret':
      return SECRET_FORM
    case 'text':
      return shape.expects
    case 'entries':
      return `a map with ${shape.names} as each key`
    case 'component':
      return 'a map with one key that names a kind'
    case 'optional':
      return expectation(shape.of)
    case 'map':
      return 'a map'
    case 'list':
      return shape.commas ? 'a list, or one text with commas' : 'a list'
    case 'union':
      return shape.options.map(expectation).join(' or ')
    case 'choice':
      return alternatives(shape.options)
    case 'string':
      return 'text'
    case 'number':
      return 'a number'
    case 'boolean':
      return '`true` or `false`'
    default:
      return shape satisfies never
  }
}

/** The node is not what the schema asks for. */
export function reportWrongType(node: Node, schema: v.GenericSchema, subject: Subject, context: Context): undefined {
  const { report } = context
  const isMissing = node.type === 'scalar' && node.style === 'plain' && node.text === ''
  const message = isMissing ? `${subject.label} has no value` : `${subject.label} must be ${expectation(schema)}`
  if (isMissing) report.add('E_VALUE', subject.at, message, missingHint(schema, context))
  else report.add('E_VALUE', node, `${message}, not ${described(node)}`, wayOut(node, shapeOf(schema), subject))
  return undefined
}

function missingHint(schema: v.GenericSchema, context: Context): string {
  const shape = shapeOf(schema)
  const component = [shape, ...(shape.form === 'union' ? shape.options.map(shapeOf) : [])].find(isComponent)
  return component === undefined ? `it must be ${expectation(schema)}` : kindsOf(component.family, context)
}

function isComponent(shape: Shape): shape is Extract<Shape, { readonly form: 'component' }> {
  return shape.form === 'component'
}

function described(node: Node): string {
  switch (node.type) {
    case 'map':
      return 'a map'
    case 'list':
      return 'a list'
    case 'scalar':
      return node.text.length <= 40 ? `\`${node.text.trimEnd()}\`` : 'this'
    default:
      return 'this'
  }
}

function wayOut(node: Node, { form }: Shape, { label }: Subject): string | undefined {
  const key = label.replaceAll('`', '')
  if (node.type === 'scalar') {
    if (form === 'list') return `write \`${key}: [${node.text}]\``
    if (form === 'string' || form === 'path') return `quote it: "${node.text}"`
  }
  if (node.type === 'map' && form === 'list') return 'begin each entry with `- `'
  if (node.type === 'list' && form === 'component') return 'write it without a dash'
  if (form === 'expression') return 'an expression that begins with `[` or `{` must be quoted'
  return undefined
}

/** A text that is none of the choices. */
export function reportWrongChoice(
  node: Node,
  text: string,
  options: readonly string[],
  subject: Subject,
  context: Context,
): undefined {
  if (reportNotYet(subject.scope, text, node, context)) return undefined
  const near = nearest(text, options)
  const message = `${subject.label} must be ${alternatives(options)}, not \`${text}\``
  context.report.add('E_VALUE', node, near === undefined ? message : `${message}; did you mean \`${near}\`?`)
  return undefined
}

/** Runs the schema's own checks on what was read; returns whether they passed. */
export function passes(
  value: unknown,
  schema: v.GenericSchema,
  node: Node,
  subject: Subject,
  { report }: Context,
): boolean {
  const result = v.safeParse(schema, value)
  for (const issue of result.issues ?? []) {
    const path = (issue.path ?? []).map(({ key }) => String(key))
    const [message = '', hint = ''] = issue.message.split('\n')
    const label = path.length === 0 ? subject.label : `\`${path.at(-1)}\``
    const at = spanAt(node, path)
    const shown = path.length === 0 && node.type === 'scalar' && node.text !== '' ? `, not ${described(node)}` : ''
    report.add('E_VALUE', at, `${label} ${message}${shown}`, hint || undefined)
  }
  return result.success
}

/** The last key of a path that the file has. */
function spanAt(node: Node, path: readonly string[]): Span {
  const [name, ...others] = path
  if (name === undefined || node.type !== 'map') return node
  const pair = node.pairs.find(({ key }) => key.text === name)
  if (pair === undefined) return node
  return others.length === 0 ? pair.key : spanAt(pair.value, others)
}
