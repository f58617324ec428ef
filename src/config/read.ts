// Reads a node of the pipeline file by a schema: defaults filled, and everything that is wrong reported at its place.
//
// A result of `undefined` means: wrong, and reported.

import { resolve } from 'node:path'
import * as v from 'valibot'
import { type Shape, shapeOf } from '../options.ts'
import type { Component, Entry, FilePath, SourceText } from '../spec.ts'
import { passes, reportNoValue, reportWrongChoice, reportWrongType } from './check.ts'
import { itemsMeant, kindAmong, kindMeant, shorthand } from './component.ts'
import { alternatives, type Context, type Subject } from './context.ts'
import { emptyValue, hasParts, NO_COMPONENT } from './empty-value.ts'
import { replacedBy } from './not-yet.ts'
import { readPem, readSecret } from './secret.ts'
import { isEmpty, type MapNode, type Node, placeOf, type ScalarNode, spanWithin } from './tree.ts'
import { nearest, reportUnknownKey } from './unknown.ts'
import { replaceVariables } from './variables.ts'

type ShapeOf<Name extends Shape['form']> = Extract<Shape, { readonly form: Name }>

export function read(node: Node, schema: v.GenericSchema, subject: Subject, context: Context): unknown {
  const value = node.type === 'invalid' ? undefined : readShape(node, schema, subject, context)
  if (value !== undefined && passes(value, schema, node, subject, context)) return value
  if (!context.fillsGaps) return undefined
  // What is wrong with it may have been reported when the file was parsed.
  if (node.type === 'invalid') context.report.add('E_YAML', node, 'not readable')
  return hasParts(value) ? value : emptyValue(schema)
}

function readShape(node: Node, schema: v.GenericSchema, subject: Subject, context: Context): unknown {
  const shape = shapeOf(schema)
  switch (shape.form) {
    case 'optional':
      return read(node, shape.of, subject, context)
    case 'expression':
      if (node.type === 'scalar' && node.style === 'block' && node.text.trim() === '')
        return reportNoValue(schema, subject, context)
      if (node.type === 'scalar' && !isEmpty(node)) return readExpression(node, context)
      break
    case 'map':
      if (node.type === 'map' || isEmpty(node)) return readMap(node, shape, subject, context)
      break
    case 'entries':
      if (node.type === 'map') return readEntries(node, shape, subject, context)
      break
    case 'list':
      if (context.fillsGaps) return readItems(itemsMeant(node, shapeOf(shape.of), context), shape, subject, context)
      if (node.type === 'list') return readItems(node.items, shape, subject, context)
      if (node.type === 'scalar' && shape.commas && !isEmpty(node)) return readCommas(node, shape, subject, context)
      break
    case 'component':
      if (node.type !== 'list' && !isEmpty(node)) return readComponent(node, shape, subject, context)
      break
    case 'secret':
      if (!isEmpty(node)) return readSecret(node, subject, context)
      break
    case 'union':
      return readUnion(node, schema, shape, subject, context)
    default:
      if (node.type === 'scalar') return readScalar(node, schema, shape, subject, context)
  }
  return reportWrongType(node, schema, subject, context)
}

function readMap(node: Node, { entries, oneOf }: ShapeOf<'map'>, subject: Subject, context: Context): unknown {
  const pairs = new Map(node.type === 'map' ? node.pairs.map((pair) => [pair.key.text, pair]) : [])
  // `x-…` at the top of the file: a place for anchors.
  const isKnown = (name: string) =>
    Object.hasOwn(entries, name) || (subject.scope === 'pipeline' && name.startsWith('x-'))
  const unknown = [...pairs.values()].filter(({ key }) => !isKnown(key.text))
  const meant = unknown.map(({ key }) => reportUnknownKey(key, Object.keys(entries), subject, context))
  const isOne = checkOneOf(node, { entries, oneOf }, meant, subject, context)
  const values = Object.entries(entries).map(([name, schema]) => {
    const misspelt = unknown[meant.indexOf(name)]
    // What stands below a misspelt key has mistakes of its own. A later version's key may hold something else.
    const isRead = misspelt && (context.fillsGaps || replacedBy(misspelt.key.text) === undefined)
    const pair = pairs.get(name) ?? (isRead ? misspelt : undefined)
    if (pair !== undefined)
      return { name, value: read(pair.value, schema, keySubject(pair.key, subject, name), context) }
    const shape = shapeOf(schema)
    if (shape.form === 'optional') return { name, value: shape.default, isDefault: true }
    if (!meant.includes(name)) reportMissingKey(name, schema, subject, context)
    return { name, value: context.fillsGaps ? emptyValue(schema) : undefined }
  })
  if (context.fillsGaps) return Object.fromEntries(values.map(({ name, value }) => [name, value]))
  if (!isOne || values.some(({ value, isDefault }) => value === undefined && isDefault !== true)) return undefined
  return Object.fromEntries(values.map(({ name, value }) => [name, value]))
}

/** Of the keys that exclude each other one is there, or was meant. */
function checkOneOf(
  node: Node,
  { entries, oneOf }: Pick<ShapeOf<'map'>, 'entries' | 'oneOf'>,
  meant: readonly (string | undefined)[],
  subject: Subject,
  context: Context,
): boolean {
  const [standard] = oneOf
  if (standard === undefined) return true
  const pairs = node.type === 'map' ? node.pairs : []
  // A key that is given twice was reported when the file was parsed.
  const given = oneOf.flatMap((name) => pairs.findLast(({ key }) => key.text === name) ?? [])
  const [one, ...others] = given
  for (const { key } of others) {
    const message = `\`${key.text}\` cannot stand beside \`${one?.key.text}\``
    context.report.add('E_VALUE', key, message, 'keep one of them')
  }
  if (one === undefined && !meant.some((name) => name !== undefined && oneOf.includes(name))) {
    const shape = shapeOf(entries[standard] as v.GenericSchema)
    if (shape.form === 'optional') reportMissingKey(standard, shape.of, subject, context, oneOf.slice(1))
  }
  return given.length === 1
}

function reportMissingKey(
  name: string,
  schema: v.GenericSchema,
  { label, at }: Subject,
  { report }: Context,
  instead: readonly string[] = [],
): void {
  const [description = ''] = (v.getDescription(schema) ?? '').split(/\.(?: |$)/)
  const meaning = description.charAt(0).toLowerCase() + description.slice(1)
  const needs = `${label} needs ${alternatives([name, ...instead])}`
  report.add('E_MISSING_KEY', at, needs, `add \`${name}: …\`: ${meaning}`)
}

function keySubject(key: ScalarNode, { scope }: Subject, name = key.text): Subject {
  return { label: `\`${name}\``, at: key, scope: `${scope}.${name}` }
}

function complete(values: readonly unknown[]): boolean {
  return !values.includes(undefined)
}

function readEntries(
  node: MapNode,
  { of, names, holds, allowed }: ShapeOf<'entries'>,
  subject: Subject,
  context: Context,
): unknown {
  const noun = names.replace(/^an? /, '')
  const found = node.pairs.map(({ key, value }): Entry<unknown> => {
    const at = key.text.indexOf('${')
    const variable = spanWithin(key, at, key.text.length)
    if (at !== -1)
      context.report.add('E_VARIABLE', variable, 'variables are not replaced in keys', 'write the name itself')
    else if (!allowed.test(key.text)) context.report.add('E_VALUE', key, `\`${key.text}\` is not ${names}`)
    const within = { ...keySubject(key, subject), label: `${holds ?? noun} \`${key.text}\`` }
    return { name: key.text, place: placeOf(key), value: read(value, of, within, context) }
  })
  return complete(found.map(({ value }) => value)) ? found : undefined
}

function readItems(items: readonly Node[], { of }: ShapeOf<'list'>, subject: Subject, context: Context): unknown {
  const label = subject.label.startsWith('`') ? `an entry of ${subject.label}` : subject.label
  const values = items.map((item) => read(item, of, { ...subject, label, at: item }, context))
  return complete(values) ? values : undefined
}

/** `a:1,b:2`: each part is read like an entry of a list. */
function readCommas(node: ScalarNode, shape: ShapeOf<'list'>, subject: Subject, context: Context): unknown {
  const whole = replaceVariables(node, context.env, context.report)
  if (whole === undefined) return undefined
  let start = 0
  const parts = whole.text.split(',').map((part): ScalarNode => {
    const from = start + part.search(/\S|$/)
    const text = part.trim()
    start += part.length + 1
    const offsets = whole.offsets.slice(from, from + text.length + 1)
    return { ...whole, ...spanWithin(whole, from, from + text.length), style: 'quoted', text, offsets, value: text }
  })
  if (parts.length > 1) return readItems(parts, shape, subject, context)
  const values = parts.map((part) => read(part, shape.of, subject, context))
  return complete(values) ? values : undefined
}

function readUnion(
  node: Node,
  schema: v.GenericSchema,
  { options }: ShapeOf<'union'>,
  subject: Subject,
  context: Context,
): unknown {
  const fitting = isEmpty(node) ? [] : options.filter((option) => fits(node, shapeOf(option)))
  const [only, ...others] = fitting
  if (only === undefined) return reportWrongType(node, schema, subject, context)
  if (others.length === 0 || node.type !== 'scalar') return read(node, only, subject, context)
  const scalar = replaceVariables(node, context.env, context.report)
  if (scalar === undefined) return undefined
  const typed = fitting.find((option) => isOfType(scalar, shapeOf(option)))
  if (typed === undefined) return reportWrongType(scalar, schema, subject, context)
  const shape = shapeOf(typed)
  const isChoice = shape.form !== 'choice' || nearest(scalar.text, shape.options) !== undefined
  return isChoice ? read(node, typed, subject, context) : reportWrongType(scalar, schema, subject, context)
}

function fits(node: Node, { form }: Shape): boolean {
  if (node.type === 'map') return form === 'map' || form === 'entries' || form === 'component' || form === 'secret'
  if (node.type === 'list') return form === 'list'
  return form !== 'map' && form !== 'entries' && form !== 'list'
}

type ScalarShape = Exclude<
  Shape,
  ShapeOf<'optional' | 'expression' | 'map' | 'entries' | 'list' | 'component' | 'secret' | 'union'>
>

function readScalar(
  node: ScalarNode,
  schema: v.GenericSchema,
  shape: ScalarShape,
  subject: Subject,
  context: Context,
): unknown {
  const scalar = replaceVariables(node, context.env, context.report)
  if (scalar === undefined) return undefined
  switch (shape.form) {
    case 'path':
      if (typeof scalar.value !== 'string' || scalar.value === '') break
      return { given: scalar.value, absolute: resolve(context.folder, scalar.value) } satisfies FilePath
    case 'pem':
      if (typeof scalar.value !== 'string' || scalar.value === '') break
      return readPem(scalar, scalar.value, shape.holds, subject, context)
    case 'text':
      return shape.parse(scalar.text) ?? reportWrongType(scalar, schema, subject, context)
    case 'choice':
      if (isEmpty(scalar)) return reportWrongType(scalar, schema, subject, context)
      if (shape.options.includes(scalar.text)) return scalar.text
      return reportWrongChoice(scalar, scalar.text, shape, subject, context)
    default:
      if (isOfType(scalar, shape)) return scalar.value
  }
  return reportWrongType(scalar, schema, subject, context)
}

function isOfType({ value }: ScalarNode, { form }: Shape): boolean {
  return typeof value === (form === 'choice' ? 'string' : form)
}

const STRING_LITERAL = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs

function readExpression(node: ScalarNode, { report }: Context): SourceText | undefined {
  const variable = (start: number) => spanWithin(node, start, node.text.indexOf('}', start) + 1 || node.text.length)
  const start = node.text.replace(STRING_LITERAL, (literal) => ' '.repeat(literal.length)).indexOf('${')
  if (start !== -1) {
    report.add('E_VARIABLE', variable(start), '`${…}` is not replaced in an expression', 'write the value itself')
    return undefined
  }
  for (const { index, 0: name } of node.text.matchAll(/\$\{\w*\}?/g)) {
    const message = `\`${name}\` in an expression is not replaced: these very characters are the text`
    report.warn('W_VARIABLE', variable(index), message, 'write the value itself')
  }
  return { text: node.text, place: (from = 0, to = node.text.length) => placeOf(spanWithin(node, from, to)) }
}

function readComponent(
  node: Node,
  { family, beside }: ShapeOf<'component'>,
  subject: Subject,
  context: Context,
): unknown {
  const reported = context.report.problems.length
  const pairs = node.type === 'map' ? node.pairs : shorthand(node, context)
  if (pairs === undefined) return undefined
  const around = pairs.filter(({ key }) => Object.hasOwn(beside, key.text))
  const others = pairs.filter((pair) => !around.includes(pair))
  const named =
    kindAmong(others, family, Object.keys(beside), { ...subject, at: node }, context) ??
    kindMeant(others, family, context)
  const extras = readMap(
    { ...node, type: 'map', pairs: around },
    { form: 'map', entries: beside, oneOf: [] },
    { ...subject, scope: 'beside' },
    context,
  )
  if (named === undefined && context.fillsGaps) return { ...(extras as object), ...NO_COMPONENT }
  if (named === undefined || extras === undefined) return undefined
  const { pair, spec } = named
  const kindName = pair.key.text
  const within = { label: `\`${kindName}\``, at: pair.key, scope: `${family}.${kindName}` }
  const options = read(pair.value, spec.schema, within, context)
  if (options === undefined) return undefined
  const found: Component = { kind: kindName, options: spec.normalise(options), place: placeOf(pair.key) }
  return { ...extras, ...found, ...(context.report.problems.length > reported ? { isBroken: true } : {}) }
}
