// Checks the imports of one file of src/ against the import table.

import { posix } from 'node:path'
import { type Expression, type ParseResult, parseSync, type SpreadElement, Visitor } from 'oxc-parser'
import { devPackages, entrances, groups, mayImport, nodeModules, packages, withoutNode } from './import-table.ts'

/** What the table does not allow, as `src/a/b.ts:3: sentence`. `path` is seen from src/: `a/b.ts`. */
export function breaches(path: string, text: string): string[] {
  const places = Object.keys(mayImport).filter((place) => lies(path, place))
  if (places.length === 0) return [`src/${path}:1: test/lint/import-table.ts does not list this file or its folder.`]
  return importsOf(path, text).flatMap(({ specifier, start }) => {
    const problem = problemOf(path, places, specifier)
    return problem === null ? [] : [`src/${path}:${text.slice(0, start).split('\n').length}: ${problem}`]
  })
}

/** The rule that an import breaks, as a sentence; null if it breaks none. */
function problemOf(path: string, places: readonly string[], specifier: string | null): string | null {
  if (specifier === null) return 'Name the module by a literal where it is loaded: this test cannot see it otherwise.'
  if (specifier.startsWith('.')) return problemOfFile(places, posix.join(posix.dirname(path), specifier))
  return specifier.startsWith('node:') ? problemOfNode(path, specifier) : problemOfPackage(path, specifier)
}

function problemOfFile(places: readonly string[], target: string): string | null {
  const [own = ''] = places
  if (lies(target, own)) return null
  const may = places.flatMap((place) => mayImport[place] ?? [])
  if (!liesInOne(target, may)) {
    return `${named(own)} may not import ${target}; it may import ${[own, ...may].map(named).join(', ')}.`
  }
  const [folder = '', ...rest] = target.split('/')
  const entrance = entrances[folder]
  if (entrance === undefined || (entrance === '*.ts' ? rest.length === 1 : rest.join('/') === entrance)) return null
  return `Others may import only ${folder}/${entrance} of ${folder}/, not ${target}.`
}

function problemOfNode(path: string, specifier: string): string | null {
  const group = withoutNode.find((place) => lies(path, place))
  if (group !== undefined) return `${group} may import no module of Node, so not ${specifier}.`
  const may = nodeModules[specifier]
  return may === undefined || liesInOne(path, may) ? null : `Only ${may.map(named).join(', ')} may import ${specifier}.`
}

function problemOfPackage(path: string, specifier: string): string | null {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  const may = packages[name] ?? devPackages[name]
  if (may === undefined) return `test/lint/import-table.ts does not list the package ${name}.`
  return liesInOne(path, may) ? null : `Only ${may.map(named).join(', ')} may import the package ${name}.`
}

/** Whether a file lies in a place of the table. */
function lies(path: string, place: string): boolean {
  return groups[place]?.includes(path) ?? (path === place || path.startsWith(`${place}/`))
}

function liesInOne(path: string, places: readonly string[]): boolean {
  return places.some((place) => lies(path, place))
}

function named(place: string): string {
  return groups[place] !== undefined || posix.extname(place) !== '' ? place : `${place}/`
}

interface Import {
  /** Null where it is computed. */
  readonly specifier: string | null
  readonly start: number
}

/** Everything in a file that loads a module, or names one in a type. */
function importsOf(path: string, text: string): Import[] {
  const { program, errors } = parseSync(path, text)
  if (errors[0] !== undefined) throw new Error(`src/${path}: ${errors[0].message}`)
  return visit(program).sort((a, b) => a.start - b.start)
}

function visit(program: ParseResult['program']): Import[] {
  const found: Import[] = []
  const calledAtOnce = new Set<Expression>()
  const add = (source: Expression | SpreadElement) => found.push({ specifier: literal(source), start: source.start })
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => source && add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    TSExternalModuleReference: ({ expression }) => add(expression),
    CallExpression(call) {
      const { callee } = call
      if (isCallOf(callee, 'createRequire')) calledAtOnce.add(callee)
      // A `require` that is kept could load anything later.
      const kept = isCallOf(call, 'createRequire') && !calledAtOnce.has(call)
      if (kept) found.push({ specifier: null, start: call.start })
      else if (calledAtOnce.has(callee) || isName(callee, 'require')) add(call.arguments[0] ?? call)
    },
  }).visit(program)
  return found
}

function isCallOf(node: Expression, name: string): boolean {
  return node.type === 'CallExpression' && isName(node.callee, name)
}

function isName(node: Expression, name: string): boolean {
  return node.type === 'Identifier' && node.name === name
}

function literal(source: Expression | SpreadElement): string | null {
  if (source.type === 'Literal' && typeof source.value === 'string') return source.value
  if (source.type === 'TemplateLiteral' && source.expressions.length === 0)
    return source.quasis[0]?.value.cooked ?? null
  return null
}
