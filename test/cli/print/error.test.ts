import { describe, expect, it } from 'vitest'
import { type ErrorContext, formatError } from '../../../src/cli/print/error.ts'
import { Exit, type Place, type Problem, SprkError } from '../../../src/errors.ts'
import { painted } from '../../../src/reporters/style.ts'

const at = (line: number, column: number, length: number): Place => ({ file: 'p.yaml', line, column, length })

function print(
  problems: readonly [Problem, ...Problem[]],
  text?: string,
  context: Partial<ErrorContext> = {},
): string[] {
  const source = new Map(text === undefined ? [] : [['p.yaml', text]])
  return formatError(new SprkError(Exit.CONFIG, problems), { source, color: false, ...context }).split('\n')
}

const problem = (place?: Place, hint?: string): Problem => ({ code: 'E_X', message: 'it is wrong', place, hint })

describe('an error', () => {
  it('is one complete line', () => {
    expect(print([problem()])).toEqual(['sprk: error[E_X]: it is wrong', ''])
  })

  it('stays one line whatever is in its message', () => {
    const message = 'a\nb\t\x1b[31mred\x1b[0m \u202e'
    expect(print([{ code: 'E_X', message }])).toEqual(['sprk: error[E_X]: a b    \\u001b[31mred\\u001b[0m \\u202e', ''])
  })

  it('shows its place in the file, what to do, and the state', () => {
    const text = 'name: x\nsource: y\n'
    expect(print([problem(at(2, 9, 1), 'do this')], text, { state: './x.db unchanged (last batch 812)' })).toEqual([
      'sprk: error[E_X]: p.yaml:2:9: it is wrong',
      '  2 | source: y',
      '    |         ^',
      '  hint: do this',
      '  state: ./x.db unchanged (last batch 812)',
      '',
    ])
  })

  it('names its place where the text is not known', () => {
    expect(print([problem(at(2, 9, 1))])).toEqual(['sprk: error[E_X]: p.yaml:2:9: it is wrong', ''])
  })

  it('counts its problems when there are several', () => {
    expect(print([problem(), problem()])).toEqual([
      'sprk: error[E_X]: it is wrong',
      'sprk: error[E_X]: it is wrong',
      'sprk: 2 errors',
      '',
    ])
  })

  it('marks what is emphasized where colour is wanted', () => {
    const lines = print([problem(at(1, 1, 1))], 'x', { color: true }).slice(0, 3)
    expect(lines.map((line) => painted(line, (style, text) => `<${style} ${text}>`))).toEqual([
      'sprk: <error error[E_X]>: p.yaml:1:1: it is wrong',
      '  <quiet 1> <quiet |> x',
      '    <quiet |> <error ^>',
    ])
  })
})

describe('a code frame', () => {
  const frame = (text: string, place: Place) => print([problem(place)], text).slice(1, 3)

  it('shows tabs as four spaces', () => {
    expect(frame('\ta\tb', at(1, 4, 1))).toEqual(['  1 |     a    b', '    |          ^'])
  })

  it('gives wide characters two columns and combining ones none', () => {
    expect(frame('日本 = é x', at(1, 8, 1))).toEqual(['  1 | 日本 = é x', '    |          ^'])
    expect(frame('e\u0301 東京', at(1, 4, 2))).toEqual(['  1 | e\u0301 東京', '    |   ^^^^'])
    expect(frame('😀 x', at(1, 4, 1))).toEqual(['  1 | 😀 x', '    |    ^'])
  })

  it('makes room for the number of the line', () => {
    expect(frame(`${'\n'.repeat(99)}x`, at(100, 1, 1))).toEqual(['  100 | x', '      | ^'])
  })

  it('marks one column behind the end of the line', () => {
    expect(frame('a +', at(1, 4, 1))).toEqual(['  1 | a +', '    |    ^'])
  })

  it('cuts a long line around the place', () => {
    const [line, marks] = frame(`${'a'.repeat(200)}XYZ${'b'.repeat(200)}`, at(1, 201, 3))
    expect(line).toBe(`  1 | …${'a'.repeat(50)}XYZ${'b'.repeat(50)}…`)
    expect(marks).toBe(`    | ${' '.repeat(51)}^^^`)
  })

  it('leaves out a line that is empty', () => {
    expect(frame('\n', at(1, 1, 1))).toEqual([''])
  })

  it('does not count a byte order mark', () => {
    expect(frame('\uFEFFname: x', at(1, 1, 4))).toEqual(['  1 | name: x', '    | ^^^^'])
  })

  it('lets nothing move the cursor', () => {
    expect(frame('a\x07\x1b]0;title\x07b\u202e', at(1, 1, 1))[0]).toBe('  1 | a\\u0007\\u001b]0;title\\u0007b\\u202e')
  })
})
