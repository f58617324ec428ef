// Says what is wrong with a value: not of the type that its schema asks for, or refused by one of its checks.

import * as v from 'valibot'
import { type Shape, shapeOf } from '../options.ts'
import { alternatives, type Context, SECRET_FORM, type Subject } from './context.ts'
import { isEmpty, type Node, type ScalarNode, type Span } from './tree.ts'
import { kindsOf, knownKeys, nearest, reportNotYet } from './unknown.ts'

/** Completes "must be …". */
function expectation(schema: v.GenericSchema): string {
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
      return either(shape.options.flatMap((option) => choicesOf(option) ?? expectation(option)))
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

function choicesOf(schema: v.GenericSchema): readonly string[] | undefined {
  const shape = shapeOf(schema)
  return shape.form === 'choice' ? shape.options.map((option) => `\`${option}\``) : undefined
}

function either(alternatives: readonly string[]): string {
  return alternatives.length < 2
    ? alternatives.join()
    : `${alternatives.slice(0, -1).join(', ')} or ${alternatives.at(-1)}`
}

/** The node is not what the schema asks for. */
export function reportWrongType(node: Node, schema: v.GenericSchema, subject: Subject, context: Context): undefined {
  const { report } = context
  if (isEmpty(node)) return reportNoValue(schema, subject, context)
  const message = `${subject.label} must be ${expectation(schema)}, not ${described(node)}`
  report.add('E_VALUE', node, message, wayOut(node, schema, subject))
  return undefined
}

/** Nothing stands where a value should. */
export function reportNoValue(schema: v.GenericSchema, subject: Subject, context: Context): undefined {
  context.report.add('E_VALUE', subject.at, `${subject.label} has no value`, missingHint(schema, context))
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

function wayOut(node: Node, schema: v.GenericSchema, subject: Subject): string | undefined {
  const key = subject.label.replaceAll('`', '')
  const shape = shapeOf(schema)
  const { form } = shape
  if (shape.form === 'entries' && shape.names === 'a column') return columnsMeant(key, node)
  if (shape.form === 'map') return knownKeys(Object.keys(shape.entries), subject)
  if (node.type === 'scalar') {
    if (takesNumber(schema)) return numberMeant(node)
    if (form === 'list') return `write \`${key}: [${node.text}]\``
    if (form === 'string' || form === 'path') return `quote it: "${node.text}"`
  }
  if (node.type === 'map' && form === 'list') return entriesMeant(key, schema)
  if (node.type === 'list' && form === 'component') return 'write it without a dash'
  if (form === 'expression')
    return isFlow(node)
      ? 'an expression that begins with `[` or `{` must be quoted'
      : `write the expression itself: \`${key}: status = 'paid'\``
  return undefined
}

/** `map: city` and `select: [id, properties.city]`, as SQL and other tools write columns. */
function columnsMeant(key: string, node: Node): string {
  const items = node.type === 'list' ? node.items : [node]
  const paths = items.flatMap((item) => (item.type === 'scalar' && PATH.test(item.text) ? [item.text] : []))
  const entries = paths.map((path) => `${path.split('.').at(-1)}: ${path}`)
  const isClear = paths.length > 0 && paths.length === items.length
  return `write \`${key}: {${isClear ? entries.join(', ') : 'name: expression'}}\``
}

const PATH = /^[a-z_]\w*(\.[a-z_]\w*)*$/i

function entriesMeant(key: string, schema: v.GenericSchema): string {
  const shape = shapeOf(schema)
  const hasCommas = shape.form === 'list' && shape.commas
  return hasCommas ? `write \`${key}: [a, b]\`, or quote a text with \`: \` in it` : 'begin each entry with `- `'
}

/** Between brackets, which may have been meant for an expression. */
function isFlow({ file, start }: Node): boolean {
  return file.text[start] === '[' || file.text[start] === '{'
}

function takesNumber(schema: v.GenericSchema): boolean {
  const shape = shapeOf(schema)
  return shape.form === 'number' || (shape.form === 'union' && shape.options.some(takesNumber))
}

/** `1_000`, `1,000` and `"1000"` for 1000. */
function numberMeant({ text, style }: ScalarNode): string | undefined {
  const digits = text.replace(/(?<=\d)[_,' ](?=\d{3})/g, '')
  if (!/^-?\d+$/.test(digits)) return undefined
  return style === 'quoted' ? `write ${digits} without quotes` : `write ${digits}`
}

/** A text that is none of the choices. */
export function reportWrongChoice(
  node: Node,
  text: string,
  { options, hint }: Extract<Shape, { readonly form: 'choice' }>,
  subject: Subject,
  context: Context,
): undefined {
  if (reportNotYet(subject.scope, text, node, context)) return undefined
  const near = nearest(text, options)
  const message = `${subject.label} must be ${alternatives(options)}, not \`${text}\``
  if (near === undefined) context.report.add('E_VALUE', node, message, hint)
  else context.report.add('E_VALUE', node, `${message}; did you mean \`${near}\`?`)
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
    const shown = path.length === 0 && node.type === 'scalar' && node.text !== '' ? `, not ${written(node, value)}` : ''
    report.add('E_VALUE', at, `${label} ${message}${shown}`, hint || undefined)
  }
  return result.success
}

/** As it stands in the file, or what its variables were replaced by. */
function written(node: ScalarNode, value: unknown): string {
  return node.text.includes('${') && typeof value !== 'object' ? `\`${String(value)}\`` : described(node)
}

/** The last key of a path that the file has. */
function spanAt(node: Node, path: readonly string[]): Span {
  const [name, ...others] = path
  if (name === undefined || node.type !== 'map') return node
  const pair = node.pairs.find(({ key }) => key.text === name)
  if (pair === undefined) return node
  return others.length === 0 ? pair.key : spanAt(pair.value, others)
}
