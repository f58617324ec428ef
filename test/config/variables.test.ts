import { describe, expect, it } from 'vitest'
import { Report } from '../../src/config/report.ts'
import { type ScalarNode, textFile } from '../../src/config/tree.ts'
import { type Environment, replaceVariables } from '../../src/config/variables.ts'

const ENV = { A: 'set', EMPTY: '', NUMBER: '12' }

function replaced(text: string, env: Environment = ENV) {
  const report = new Report()
  const offsets = Array.from({ length: text.length + 1 }, (_, i) => i)
  const span = { file: textFile('p.yaml', text), start: 0, end: text.length }
  const node: ScalarNode = { ...span, type: 'scalar', style: 'plain', text, offsets, value: text }
  const found = replaceVariables(node, env, report)
  const mistakes = report.problems.map(({ message, place }) => `${place?.column}+${place?.length} ${message}`)
  return found === undefined ? mistakes : found.value
}

describe('variables in a scalar', () => {
  it.each([
    ['${A}', 'set'],
    ['<${A}${A}>', '<setset>'],
    ['${NUMBER}', 12],
    ['${EMPTY}', null],
    ['$${A}', '${A}'],
    ['$A $ {A} } {', '$A $ {A} } {'],
    ['${A:-x}', 'set'],
    ['${EMPTY:-x}', 'x'],
    ['${B:-}', null],
    ['${B:-a b:-c}', 'a b:-c'],
    // As in a shell, brace by brace.
    ['${A:-${B:-x}}', 'set'],
    ['${B:-${A}}', 'set'],
    ['${B:-${C:-x}}', 'x'],
    ['${B:-${C:-${D:-x}}}y', 'xy'],
    ['${B:-<${A}, ${C:-y}>}', '<set, y>'],
    ['${B:-$${A}', '${A'],
    ['${A:-${B}}', 'set'],
    ['${A:-x}}', 'set}'],
  ])('makes of %s what a shell does', (text, value) => {
    expect(replaced(text)).toEqual(value)
  })

  it.each([
    ['${B}', ['1+4 the environment variable B is not set']],
    ['${constructor}', ['1+14 the environment variable constructor is not set']],
    ['${toString:-${valueOf}}', ['13+10 the environment variable valueOf is not set']],
    ['${B} ${C}', ['1+4 the environment variable B is not set', '6+4 the environment variable C is not set']],
    ['${A', ['1+3 this `${` is not closed']],
    ['x${A:-${B:-x}', ['2+12 this `${` is not closed']],
    ['${A:-${B:-x', ['6+6 this `${` is not closed']],
    ['${B:-{x}}', ['6+1 a default in `${…}` has no braces of its own']],
    ['${A-x}', ['1+6 `${A-x}` is no variable']],
    ['${}', ['1+3 `${}` is no variable']],
    ['${B:-${1}}', ['6+4 `${1}` is no variable']],
  ])('names what is wrong with %s at its place', (text, mistakes) => {
    expect(replaced(text)).toEqual(mistakes)
  })
})
