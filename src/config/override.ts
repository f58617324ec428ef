// `--set path=value`: puts a YAML value at a path of the tree before it is read.

import type { Report } from './report.ts'
import { emptyAt, isEmpty, type MapNode, type Node, type ScalarNode, type TextFile, textFile } from './tree.ts'
import { parseYaml } from './yaml.ts'

/** What the options are called where a file has its name; each is one line of the text. */
export const SET = '--set'

export function setText(set: readonly string[]): string {
  return set.join('\n')
}

/** The options in order, the last one for a path counts. */
export function overridden(root: Node, set: readonly string[], report: Report): Node {
  const file = textFile(SET, setText(set))
  let start = 0
  let result = root
  for (const option of set) {
    result = override(result, file, start, start + option.length, report)
    start += option.length + 1
  }
  return result
}

function override(root: Node, file: TextFile, start: number, end: number, report: Report): Node {
  const path = pathAt(file, start, end)
  if (path === undefined) {
    const hint = 'for example `--set source.kafka.topics=[events]`'
    report.add('E_SET', { file, start, end }, '--set takes path=value', hint)
    return root
  }
  const value = parseYaml(file, report, path.end + 1, end)
  return value === undefined ? root : put(root, path.keys, value, report)
}

const SEGMENT = /(?:"([^"\n]+)"|([^".=[\]\s]+))(?=[.=[])|\[(\d+)\](?=[.=[])/y

/** `source.kafka.topics`, `transforms[0].filter`, `a."b.c"`; `end` is where the `=` stands. */
function pathAt(
  file: TextFile,
  start: number,
  end: number,
): { readonly keys: readonly ScalarNode[]; readonly end: number } | undefined {
  const keys: ScalarNode[] = []
  for (let at = start; at < end; ) {
    SEGMENT.lastIndex = at
    const match = SEGMENT.exec(file.text)
    if (match === null) return undefined
    const text = match[1] ?? match[2] ?? match[3] ?? ''
    const from = at + match[0].indexOf(text)
    keys.push(scalar(file, from, text))
    at += match[0].length
    if (file.text[at] === '=') return { keys, end: at }
    if (file.text[at] === '.') at++
  }
  return undefined
}

function scalar(file: TextFile, start: number, text: string): ScalarNode {
  const offsets = Array.from({ length: text.length + 1 }, (_, i) => start + i)
  return { file, start, end: start + text.length, type: 'scalar', style: 'quoted', text, offsets, value: text }
}

function put(node: Node, [key, ...others]: readonly ScalarNode[], value: Node, report: Report): Node {
  if (key === undefined) return value
  switch (node.type) {
    case 'map':
      return putInMap(node, key, others, value, report)
    case 'list': {
      const index = /^\d+$/.test(key.text) ? Number(key.text) : -1
      const item = node.items[index]
      if (item === undefined) {
        const message = `\`${key.text}\` is no entry of this list of ${node.items.length}`
        report.add('E_SET', key, message, 'entries are counted from 0')
        return node
      }
      return { ...node, items: node.items.with(index, put(item, others, value, report)) }
    }
    case 'scalar':
      if (isEmpty(node)) return putInMap({ ...key, type: 'map', pairs: [] }, key, others, value, report)
      report.add('E_SET', key, `there is no \`${key.text}\` below \`${node.text}\``, 'set the key above it as a whole')
      return node
    default:
      return node
  }
}

function putInMap(map: MapNode, key: ScalarNode, others: readonly ScalarNode[], value: Node, report: Report): Node {
  const index = map.pairs.findIndex((pair) => pair.key.text === key.text)
  const pair = map.pairs[index]
  if (pair !== undefined) {
    const changed = put(pair.value, others, value, report)
    // What has no value is shown at its key: that of the option, where the option has taken the value away.
    const shown = others.length === 0 && isEmpty(value) ? key : pair.key
    return { ...map, pairs: map.pairs.with(index, { key: shown, value: changed }) }
  }
  const added = put(emptyAt(key.file, key.end), others, value, report)
  return { ...map, pairs: [...map.pairs, { key, value: added }] }
}
