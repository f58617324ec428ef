import { describe, expect, it } from 'vitest'
import { QUOTE, QUOTE_IN_FLOW } from '../../src/config/cut.ts'
import { Report } from '../../src/config/report.ts'
import { textFile } from '../../src/config/tree.ts'
import { parseYaml } from '../../src/config/yaml.ts'

// The mistakes that people make first are in mistakes/; these are the others.
const INDENT = 'indent with spaces, the keys of one map all alike'
const REMOVE = 'remove it, or put the whole value in double quotes'
const MISTAKES: readonly (readonly [text: string, at: string, message: string, hint: string | undefined])[] = [
  [
    "a: 'b",
    '1:4+1',
    "this ' is not closed",
    "close it; a ' that belongs to the value needs double quotes around the whole value",
  ],
  [
    'a: "it\'s\n',
    '1:4+1',
    'this " is not closed',
    'close it; a " that belongs to the value needs single quotes around the whole value',
  ],
  ['a: b\nc\n', '2:1+1', '`c` is no key with a value', 'write `key: value`, with a space after the colon'],
  ['a: b\n"a": c\n', '2:1+3', '`a` is given twice in one map', 'keep one of them'],
  ['a: {b: c}}\n', '1:10+1', 'this `}` closes nothing', REMOVE],
  ['a: ]\n', '1:4+1', 'this `]` closes nothing', REMOVE],
  ['a: {b: c: d}\n', '1:8+4', 'between `{ }` or `[ ]` a list or map needs brackets of its own', QUOTE_IN_FLOW],
  ['a: {b: {c}[0]}\n', '1:11+1', 'YAML takes `[` for the start of a list', QUOTE_IN_FLOW],
  ['a: [b] = c\n', '1:8+3', 'YAML ends the value before this, and more follows', QUOTE],
  ['a: !"b"\n', '1:5+1', 'YAML takes `&` for the start of an anchor and `!` for a tag', QUOTE],
  ['a: @b\n', '1:4+1', 'a value that begins with `@` must be quoted in YAML', QUOTE],
  ['a: % 5\n', '1:4+1', 'a value that begins with `%` must be quoted in YAML', QUOTE],
  [
    'a: [b]#c\n',
    '1:7+2',
    'YAML takes `#` for a comment only after a space',
    'write a space before it, or quote the value',
  ],
  ['a:\n  - b\n  c: d\n', '3:3+1', 'this line is not indented like the others of its map or list', INDENT],
  [
    '- a: b\n c: d\n',
    '2:1+1',
    'this line is no entry of the list above it',
    'begin it with `- `, or indent it like what it belongs to',
  ],
  ['a: b\n  c: d\n', '2:3+1', 'this key is indented deeper than the one before it, which has a value already', INDENT],
  ['a: b\n- c\n', '2:1+1', 'a map cannot begin here', INDENT],
]

describe('an error of YAML', () => {
  it.each(MISTAKES)('is explained: %j', (text, at, message, hint) => {
    expect(told(text)).toEqual([{ at, message, hint }])
  })

  it.each([
    ['a: * 2\n', '1:4+1', 'YAML: Alias cannot be an empty string', QUOTE],
    ['a: & b\n', '1:4+1', 'YAML: Anchor cannot be an empty string', QUOTE],
    ['a: [b,,c]\n', '1:7+1', 'YAML: Unexpected , in flow sequence', QUOTE_IN_FLOW],
    ['%x\na: b\n', '2:1+1', 'YAML: Missing directives-end/doc-start indicator line', undefined],
  ])("is told in the parser's words if it is rare: %j", (text, at, message, hint) => {
    expect(told(text)).toEqual([{ at, message, hint }])
  })

  it('is found in a text that has the mark of the rules in it', () => {
    expect(told('# ¦{ ¦`\na: {b: c\n')).toMatchObject([{ at: '2:4+1', message: expect.stringContaining('not closed') }])
  })
})

function told(text: string) {
  const report = new Report()
  parseYaml(textFile('a.yaml', text), report)
  return report.problems.map(({ place, message, hint }) => ({
    at: `${place?.line}:${place?.column}+${place?.length}`,
    message,
    hint,
  }))
}
