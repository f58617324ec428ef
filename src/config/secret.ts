// Values that a pipeline file names but does not hold: passwords, keys. Whatever is found is hidden from all output.

import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Secret } from '../spec.ts'
import { alternatives, type Context, SECRET_FORM, type Secrets, type Subject } from './context.ts'
import { isEmpty, type MapNode, type Node, type ScalarNode } from './tree.ts'
import { reportUnknownKey } from './unknown.ts'
import { replaceVariables, variable } from './variables.ts'

const PLACES = ['env', 'file']
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** `{env: NAME}` or `{file: PATH}`. Undefined: wrong, and reported. */
export function readSecret(node: Node, subject: Subject, context: Context): Secret | undefined {
  const { label } = subject
  if (node.type === 'map') return readPlace(node, subject, context)
  if (node.type === 'scalar') return reportLiteral(node, subject, context)
  context.report.add('E_SECRET', node, `${label} must be ${SECRET_FORM}`)
  return undefined
}

function reportLiteral(node: ScalarNode, { label }: Subject, { report, secrets }: Context): undefined {
  const variable = /^\$\{([A-Za-z_][A-Za-z0-9_]*)/.exec(node.text)?.[1]
  // Also as it stands in the file, for the frame around a place.
  if (variable === undefined) for (const text of [node.text, sourceOf(node)]) secrets.hide(text)
  const hint = variable === undefined ? 'export it as a variable, and write' : 'write'
  const message = `${label} must be ${SECRET_FORM}: a pipeline file holds no secrets`
  report.add('E_SECRET', node, message, `${hint} \`${label.replaceAll('`', '')}: {env: ${variable ?? 'NAME'}}\``)
  return undefined
}

function sourceOf({ file, start, end }: ScalarNode): string {
  return file.text.slice(start, end).replace(/^(["'])(.*)\1$/s, '$2')
}

function readPlace(node: MapNode, subject: Subject, context: Context): Secret | undefined {
  const { report } = context
  for (const { key } of node.pairs) if (!PLACES.includes(key.text)) reportUnknownKey(key, PLACES, subject, context)
  const known = node.pairs.filter(({ key }) => PLACES.includes(key.text))
  const [pair, ...others] = known
  if (pair === undefined || others.length > 0) {
    if (known.length === node.pairs.length)
      report.add('E_SECRET', node, `${subject.label} needs exactly one of ${alternatives(PLACES)}`)
    return undefined
  }
  const label = `\`${pair.key.text}\` of ${subject.label}`
  if (pair.value.type !== 'scalar' || isEmpty(pair.value)) {
    report.add(
      'E_SECRET',
      pair.key,
      `${label} must be ${pair.key.text === 'env' ? 'the name of a variable' : 'a path'}`,
    )
    return undefined
  }
  const scalar = replaceVariables(pair.value, context.env, report)
  if (scalar === undefined || node.pairs.length > known.length) return undefined
  return pair.key.text === 'env' ? fromEnvironment(scalar, label, context) : fromFile(scalar, label, context)
}

function fromEnvironment(node: ScalarNode, label: string, { env, secrets, report }: Context): Secret | undefined {
  const name = node.text
  if (!NAME.test(name)) {
    // It may be the secret itself.
    secrets.hide(name)
    report.add('E_SECRET', node, `${label} must be the name of an environment variable`)
    return undefined
  }
  if (!secrets.areNeeded) return unknownSecret(`$${name}`)
  const value = variable(env, name)
  if (value) return kept(`$${name}`, value, secrets)
  const what = value === '' ? 'is empty' : 'is not set'
  report.add('E_SECRET', node, `the environment variable ${name} ${what}`, `export ${name} before running sprk`)
  return undefined
}

function fromFile(node: ScalarNode, label: string, context: Context): Secret | undefined {
  if (!context.secrets.areNeeded) return unknownSecret(node.text)
  const text = readText(node, node.text, label, context)
  // Editors and `echo` end a file with a line feed that is no part of a password.
  const value = text?.replace(/\r?\n$/, '')
  if (value !== '') return value === undefined ? undefined : kept(node.text, value, context.secrets)
  context.report.add('E_SECRET', node, `${label} names an empty file`)
  return undefined
}

/** A file of certificates or with a key. Undefined: wrong, and reported. */
export function readPem(
  node: ScalarNode,
  path: string,
  holds: 'CERTIFICATE' | 'PRIVATE KEY',
  subject: Subject,
  context: Context,
): Secret | undefined {
  if (!context.secrets.areNeeded) return unknownSecret(path)
  const text = readText(node, path, subject.label, context)
  if (text === undefined) return undefined
  if (text.includes('PRIVATE KEY-----')) context.secrets.hide(text)
  if (new RegExp(`-----BEGIN ([A-Z0-9]+ )*${holds}-----`).test(text)) return plain(path, text)
  const what = holds === 'CERTIFICATE' ? 'certificates' : 'a private key'
  const hint = 'it has lines such as `-----BEGIN CERTIFICATE-----`; a keystore of Java is converted with `openssl`'
  context.report.add('E_SECRET', node, `${subject.label} must be a file with ${what} in PEM format`, hint)
  return undefined
}

function readText(node: ScalarNode, path: string, label: string, context: Context): string | undefined {
  try {
    return context.secrets.readFile(resolve(context.folder, path))
  } catch (error) {
    context.report.add('E_SECRET', node, `${label} cannot be read (${messageOf(error)})`)
    return undefined
  }
}

function kept(origin: string, value: string, secrets: Secrets): Secret {
  secrets.hide(value)
  return plain(origin, value)
}

function plain(origin: string, value: string): Secret {
  return { origin, reveal: () => value }
}

function unknownSecret(origin: string): Secret {
  const reveal = () => {
    throw new Error(`the secret ${origin} was not looked up`)
  }
  return { origin, reveal }
}
