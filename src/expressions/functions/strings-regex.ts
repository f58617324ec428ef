// The functions of regular expressions.

import type { Value } from '../../column.ts'
import { BOOLEAN, type DataType, INT, STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import type { Matcher } from '../regex/matcher.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Entry, named, type Resolved } from './definition.ts'
import { remembering } from './last-made.ts'
import { int, type Parameter, text } from './parameters.ts'
import { type CompiledRegex, compileRegex, testOf } from './regex.ts'
import { replacementOf } from './replacement.ts'
import { charactersBefore, indexOfCharacter } from './strings-characters.ts'

export function regexFunctions(): readonly Entry[] {
  return [
    ...named(['regexp_like', 'regexp', 'rlike'], overPattern('rlike', BOOLEAN, 0, testOf)),
    overPattern('regexp_count', INT, 0, countOf),
    overPattern('regexp_extract', STRING, 1, (pattern) => {
      const regex = compileRegex(pattern)
      return (value, group = 1) => {
        const matches = regex.matcher(value)
        if (!matches.find()) return ''
        checkGroup(regex, group as number, 'regexp_extract')
        return groupOf(matches, value, group as number) ?? ''
      }
    }),
    overPattern('regexp_extract_all', { kind: 'array', element: STRING }, 1, allOf),
    overPattern('regexp_instr', INT, 1, placeOf),
    overPattern('regexp_substr', STRING, 0, (pattern) => {
      const regex = compileRegex(pattern)
      return (value) => {
        const matches = regex.matcher(value)
        // An empty match is none to Spark.
        return matches.find() ? groupOf(matches, value, 0) || null : null
      }
    }),
    ['regexp_replace', { parameters: [text, text, text, int], optional: 1, resolve: replaceResolved }],
  ]
}

type Apply = (value: string, more?: Value) => Value

/** name(text, pattern[, int]); a literal pattern is compiled once, and is wrong at once. */
function overPattern(name: string, type: DataType, optional: 0 | 1, make: (pattern: string) => Apply): Entry {
  const parameters: readonly Parameter[] = optional === 0 ? [text, text] : [text, text, int]
  const resolve = ([, pattern]: readonly Node[]): Resolved => {
    const literal = textOf(pattern)
    const constant = literal === null ? undefined : make(literal)
    const last = remembering(make)
    const apply = (value: Value, by: Value, third?: Value) => (constant ?? last(by as string))(value as string, third)
    return { type, scalar: { name, nulls: 'strict', apply: apply as Scalar['apply'] } }
  }
  return [name, { parameters, optional, resolve }]
}

function countOf(pattern: string): Apply {
  const regex = compileRegex(pattern)
  return (value) => {
    let count = 0
    for (const matches = regex.matcher(value); matches.find(); ) count++
    return count
  }
}

function allOf(pattern: string): Apply {
  const regex = compileRegex(pattern)
  return (value, group = 1) => {
    const all: string[] = []
    for (const matches = regex.matcher(value); matches.find(); ) {
      if (all.length === 0) checkGroup(regex, group as number, 'regexp_extract_all')
      all.push(groupOf(matches, value, group as number) ?? '')
    }
    return all
  }
}

/** A group as third argument changes nothing, as in Spark. */
function placeOf(pattern: string): Apply {
  const regex = compileRegex(pattern)
  return (value) => {
    const matches = regex.matcher(value)
    return matches.find() ? charactersBefore(value, matches.start()) + 1 : 0
  }
}

function groupOf(matches: Matcher, value: string, group: number): string | null {
  const start = matches.start(group)
  return start < 0 ? null : value.slice(start, matches.end(group))
}

function checkGroup({ groups }: CompiledRegex, group: number, name: string): void {
  if (group >= 0 && group <= groups) return
  throw new RowFault(
    'E_REGEX',
    `${name} of group ${group}: the pattern has the groups 0 to ${groups}`,
    'INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX',
  )
}

type Replace = (value: string, from: number) => string

/** regexp_replace(text, pattern, replacement[, from]): from a character on, 1 being the first. */
function replaceResolved([, pattern, replacement, first]: readonly Node[]): Resolved {
  const [by, to] = [textOf(pattern), textOf(replacement)]
  if (by !== null) compileRegex(by)
  if (first?.kind === 'literal' && first.value !== null) checkFirst(first.value as number)
  const constant = by === null || to === null ? undefined : replacer(by, to)
  const last = remembering(replacer)
  const apply = (value: Value, search: Value, into: Value, from: Value = 1) => {
    checkFirst(from as number)
    return (constant ?? last(search as string, into as string))(value as string, from as number)
  }
  return { type: STRING, scalar: { name: 'regexp_replace', nulls: 'strict', apply: apply as Scalar['apply'] } }
}

/** Of a literal; null of anything else. */
function textOf(node: Node | undefined): string | null {
  return node?.kind === 'literal' ? (node.value as string | null) : null
}

function checkFirst(from: number): void {
  if (from < 1)
    throw new RowFault(
      'E_TYPE',
      `regexp_replace begins at character 1 or behind, not at ${from}`,
      'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE',
    )
}

function replacer(pattern: string, replacement: string): Replace {
  const regex = compileRegex(pattern)
  const parts = replacementOf(replacement, regex)
  return (value, from) => {
    const start = indexOfCharacter(value, from - 1)
    // Anchors and boundaries see the rest alone, as in Spark.
    const rest = start === 0 ? value : value.slice(start)
    if (start >= value.length && start > 0) return value
    const pieces: string[] = [value.slice(0, start)]
    let length = start
    const add = (piece: string) => {
      length = boundedLength(length + piece.length)
      pieces.push(piece)
    }
    let at = 0
    for (const matches = regex.matcher(rest); matches.find(); ) {
      add(rest.slice(at, matches.start()))
      for (const part of parts()) add(typeof part === 'string' ? part : (groupOf(matches, rest, part) ?? ''))
      at = matches.end()
    }
    if (at === 0 && pieces.length === 1) return value
    add(rest.slice(at))
    return pieces.join('')
  }
}
