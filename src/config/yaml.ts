// YAML text → tree: one document of YAML's core schema, without tags of its own; every doubt is an error.

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  type ParsedNode,
  parseDocument,
  Schema,
  type YAMLMap,
  type YAMLSeq,
  type Scalar as YamlScalar,
} from 'yaml'
import { QUOTE, reportCommentCut, reportFlowCut } from './cut.ts'
import type { Report } from './report.ts'
import { scalarOffsets } from './scalar-text.ts'
import { emptyAt, type MapNode, type Node, type Pair, type Scalar, type Span, type TextFile } from './tree.ts'
import { reportSyntax } from './yaml-errors.ts'

/** What a file says with all aliases replaced: "billion laughs" end here. */
const MAX_VALUES = 10_000

/** The part of a text that holds YAML; all of it by default. Undefined when there are errors of syntax. */
export function parseYaml(file: TextFile, report: Report, start = 0, end = file.text.length): Node | undefined {
  const document = parseDocument(file.text.slice(start, end), {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    keepSourceTokens: true,
    prettyErrors: false,
    // 'silent' would let a second document pass.
    logLevel: 'error',
  })
  const within = { file, start, end }
  if (document.directives?.yaml.explicit === true)
    report.add(
      'E_YAML',
      { ...within, end: start },
      'a pipeline file has no `%YAML` line',
      'leave it out: files are YAML 1.2',
    )
  if (reportSyntax(document.errors, within, report)) return undefined
  return new Converter(document, within, report).convertAll()
}

/** The core schema's reading of a plain scalar. */
export function plainValue(text: string): Scalar {
  const tag = coreTags.find((candidate) => candidate.test?.test(text))
  if (tag === undefined) return text
  const value = tag.resolve(text, () => {}, {})
  return (isScalar(value) ? value.value : value) as Scalar
}

const coreTags = new Schema({ schema: 'core', merge: false }).tags.flatMap((tag) =>
  tag.collection === undefined && tag.default === true ? [tag] : [],
)

interface Anchor {
  readonly at: Span
  /** Undefined until all of it was read: an alias inside it would never end. */
  node: Node | undefined
  used: boolean
}

class Converter {
  readonly #contents: ParsedNode | null
  readonly #within: Span
  readonly #report: Report
  /** By name: the last one before an alias counts. */
  readonly #anchors = new Map<string, Anchor>()
  readonly #plainAnchors: Anchor[] = []
  readonly #sizes = new Map<Node, number>()
  /** What merge keys have repeated so far. */
  #mergedPairs = 0

  constructor(document: Document.Parsed, within: Span, report: Report) {
    this.#contents = document.contents
    this.#within = within
    this.#report = report
  }

  convertAll(): Node {
    const root = this.#convert(this.#contents)
    for (const { at } of this.#plainAnchors.filter((anchor) => !anchor.used))
      this.#report.add('E_CUT', at, 'YAML takes `&` for the start of an anchor, which no alias uses', QUOTE)
    if (this.#mergedPairs + this.#sizeOf(root) <= MAX_VALUES) return root
    return this.#refuse('E_YAML', root, `with its aliases replaced the file has more than ${MAX_VALUES} values`)
  }

  #convert(node: ParsedNode | null): Node {
    if (node === null) return emptyAt(this.#within.file, this.#within.start)
    if (isAlias(node)) return this.#alias(node)
    const at = this.#span(node.range)
    if (node.tag !== undefined) {
      // The tag stands before the node, which begins behind it.
      const start = this.#within.file.text.slice(0, at.start).search(/!+[^!]*$/)
      return this.#refuse('E_CUT', { ...at, start, end: start + 1 }, 'YAML takes `!` for the start of a tag', QUOTE)
    }
    const anchor = this.#declare(node, at)
    const converted = isScalar(node) ? this.#scalar(node, at) : this.#collection(node, at)
    if (anchor !== undefined) anchor.node = converted
    return converted
  }

  #declare(node: Exclude<ParsedNode, Alias>, at: Span): Anchor | undefined {
    if (node.anchor === undefined) return undefined
    const start = this.#within.file.text.lastIndexOf(`&${node.anchor}`, at.start)
    const anchor: Anchor = { at: { ...at, start, end: start + 1 + node.anchor.length }, node: undefined, used: false }
    this.#anchors.set(node.anchor, anchor)
    if (isScalar(node) && node.type === 'PLAIN') this.#plainAnchors.push(anchor)
    return anchor
  }

  #alias(alias: Alias.Parsed): Node {
    const anchor = this.#anchors.get(alias.source)
    const at = this.#span(alias.range)
    const name = alias.source
    if (anchor === undefined)
      return this.#refuse('E_CUT', at, `YAML takes \`*${name}\` for an alias, and there is no anchor &${name}`, QUOTE)
    anchor.used = true
    if (anchor.node !== undefined) return anchor.node
    return this.#refuse('E_YAML', at, `\`*${name}\` stands inside what it repeats`, 'write the value out')
  }

  #scalar(node: YamlScalar.Parsed, at: Span): Node {
    const token = node.srcToken
    const base = { ...at, type: 'scalar' as const, value: node.value as Scalar }
    if (token === undefined) return emptyAt(at.file, at.start)
    if (token.type === 'scalar' && reportCommentCut(token, at, this.#report)) return { ...at, type: 'invalid' }
    const text = node.source
    const offsets = scalarOffsets(token, text)
    const style = token.type === 'block-scalar' ? 'block' : token.type === 'scalar' ? 'plain' : 'quoted'
    const start = this.#within.start
    return { ...base, style, text, offsets: start === 0 ? offsets : offsets.map((offset) => offset + start) }
  }

  #collection(node: YAMLMap.Parsed | YAMLSeq.Parsed, at: Span): Node {
    const children = isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : node.items
    const isPlain = (child: ParsedNode | null) => isScalar(child) && child.type === 'PLAIN'
    const spans = children.flatMap((child) => (child !== null && isPlain(child) ? [this.#span(child.range)] : []))
    if (node.flow && reportFlowCut(at, spans, this.#report)) return { ...at, type: 'invalid' }
    if (isMap(node))
      return { ...at, type: 'map', pairs: this.#merged(node.items.flatMap(({ key, value }) => this.#pair(key, value))) }
    return { ...at, type: 'list', items: node.items.map((item) => this.#convert(item)) }
  }

  #pair(keyNode: ParsedNode, value: ParsedNode | null): Pair[] {
    const key = this.#convert(keyNode)
    if (key.type === 'scalar')
      return [{ key, value: value === null ? emptyAt(key.file, key.end) : this.#convert(value) }]
    if (key.type !== 'invalid') this.#refuse('E_YAML', key, 'a key must be a single value', 'quote it')
    return []
  }

  /** `<<: *name` and `<<: [*a, *b]`: the keys of other maps, but those that the map has itself or of an earlier one. */
  #merged(pairs: readonly Pair[]): readonly Pair[] {
    const isMerge = ({ key }: Pair) => key.text === '<<' && key.style === 'plain'
    if (!pairs.some(isMerge)) return pairs
    const own = pairs.filter((pair) => !isMerge(pair))
    const known = new Set(own.map(({ key }) => key.text))
    for (const map of pairs.filter(isMerge).flatMap((pair) => this.#mapsOf(pair))) {
      const added = map.pairs.filter(({ key }) => !known.has(key.text))
      this.#mergedPairs += map.pairs.length
      // Each merge costs as much as what it repeats.
      if (this.#mergedPairs > MAX_VALUES) return own
      for (const { key } of added) known.add(key.text)
      own.push(...added)
    }
    return own
  }

  #mapsOf({ key, value }: Pair): readonly MapNode[] {
    return (value.type === 'list' ? value.items : [value]).flatMap((each) => {
      if (each.type === 'map') return [each]
      if (each.type !== 'invalid')
        this.#refuse('E_YAML', key, '`<<` takes an alias of a map', 'for example `<<: *name`')
      return []
    })
  }

  /** Memorised: an alias shares the node it stands for. */
  #sizeOf(node: Node): number {
    const known = this.#sizes.get(node)
    if (known !== undefined) return known
    const children = node.type === 'list' ? node.items : node.type === 'map' ? node.pairs.map(({ value }) => value) : []
    const size = children.reduce((sum, child) => sum + this.#sizeOf(child), 1)
    this.#sizes.set(node, size)
    return size
  }

  #refuse(code: string, at: Span, message: string, hint?: string): Node {
    this.#report.add(code, at, message, hint)
    return { file: at.file, start: at.start, end: at.end, type: 'invalid' }
  }

  #span([start, end]: readonly [number, number, number]): Span {
    const { file, start: offset } = this.#within
    return { file, start: start + offset, end: end + offset }
  }
}
