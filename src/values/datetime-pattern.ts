// Patterns of dates and times, `yyyy-MM-dd HH:mm:ss`, as Spark takes them: those of java.time.format.DateTimeFormatter (of
// Java 17) without what Spark's DateTimeFormatterHelper refuses.

import { abbreviated } from './decimal.ts'
import { RowFault } from './row-fault.ts'

export const FIELDS = [
  'era',
  'yearOfEra',
  'year',
  'month',
  'day',
  'dayOfYear',
  'julianDay',
  'hour',
  'clockHour',
  'hourOfHalf',
  'clockHourOfHalf',
  'half',
  'minute',
  'second',
  'nano',
  'quarter',
  'weekday',
  'dayInWeekOfMonth',
] as const
export type FieldName = (typeof FIELDS)[number]

/** How a sign is written and read (`java.time.format.SignStyle`). */
export type Sign = 'normal' | 'never' | 'exceeds'

export interface NumberItem {
  readonly kind: 'number'
  readonly field: FieldName
  readonly min: number
  readonly max: number
  readonly sign: Sign
  /** Two digits of a year from 2000 to 2099. */
  readonly isReduced: boolean
  /** Digits of the numbers of fixed width that follow at once: they are left to those. */
  following: number
}

export type Item =
  | { readonly kind: 'literal'; readonly text: string }
  | NumberItem
  | { readonly kind: 'fraction'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly field: FieldName; readonly isFull: boolean }
  /** `style` is a number of `OffsetIdPrinterParser.PATTERNS`; `zero` stands for no offset. */
  | { readonly kind: 'offset'; readonly style: number; readonly zero: string }
  | { readonly kind: 'localized-offset'; readonly isFull: boolean }
  | { readonly kind: 'zone-id' }
  | { readonly kind: 'zone-text'; readonly isFull: boolean; readonly isGeneric: boolean }
  | { readonly kind: 'optional'; readonly items: Item[] }

/** Throws RowFault (E_TIME) for what is no pattern. Patterns for reading may have fewer letters. */
export function parsePattern(pattern: string, isForReading: boolean): readonly Item[] {
  try {
    refuse(pattern, isForReading)
    return new Parser(pattern, isForReading).items()
  } catch (fault) {
    if (fault instanceof PatternMistake) throw patternFault(pattern, fault)
    throw fault
  }
}

class PatternMistake {
  readonly message: string
  readonly condition: string

  constructor(message: string, condition = 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION') {
    this.message = message
    this.condition = condition
  }
}

/** Spark has another error for patterns that it took before version 3. */
function patternFault(pattern: string, { message, condition }: PatternMistake): RowFault {
  const known = isOldPattern(pattern) ? 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION' : condition
  return new RowFault('E_TIME', `${JSON.stringify(abbreviated(pattern))} is no pattern: ${message}`, known)
}

/** Whether `FastDateFormat` takes it. */
function isOldPattern(pattern: string): boolean {
  const parts = pattern.split("'")
  if (parts.length % 2 === 0) return false
  const outside = parts.filter((_, i) => i % 2 === 0).join(' ')
  return !/[A-Za-z]/.test(outside.replace(/[GyYMLdhHkKmsSDEuFwWaXzZ]/g, '')) && !/X{4}/.test(outside)
}

/** `DateTimeFormatterHelper.convertIncompatiblePattern`. */
function refuse(pattern: string, isForReading: boolean): void {
  for (const [i, part] of pattern.split("'").entries()) {
    if (i % 2 === 1) continue
    const weekly = /[YWwuec]/.exec(part)?.[0]
    if (weekly !== undefined)
      throw new PatternMistake(
        `${weekly} is of weeks, for which there is extract`,
        'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN',
      )
    const illegal = (isForReading ? /[ABnNpEFqQ]/ : /[ABnNp]/).exec(part)?.[0]
    if (illegal !== undefined)
      throw new PatternMistake(
        `${illegal} is not taken${isForReading ? ' to read' : ''}`,
        'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER',
      )
    const long = /G{5}|M{5}|L{5}|E{5}|Q{5}|q{5}|y{7}/.exec(part)?.[0]
    if (long !== undefined) throw new PatternMistake(`too many letters ${long[0]}`, 'INVALID_DATETIME_PATTERN.LENGTH')
  }
}

const NUMBERS: Readonly<Record<string, FieldName>> = {
  d: 'day',
  h: 'clockHourOfHalf',
  H: 'hour',
  k: 'clockHour',
  K: 'hourOfHalf',
  m: 'minute',
  s: 'second',
}

const TEXTS: Readonly<Record<string, FieldName>> = {
  a: 'half',
  E: 'weekday',
  G: 'era',
  L: 'month',
  M: 'month',
  q: 'quarter',
  Q: 'quarter',
}

/** `DateTimeFormatterBuilder.parsePattern`. */
class Parser {
  readonly #pattern: string
  readonly #isForReading: boolean
  /** Without an era, years are negative before the year 1. */
  readonly #yearField: FieldName
  readonly #open: Item[][] = [[]]
  /** The first of the numbers that stand side by side. */
  #adjacent: NumberItem | null = null

  constructor(pattern: string, isForReading: boolean) {
    this.#pattern = pattern
    this.#isForReading = isForReading
    const hasEra = pattern.split("'").some((part, i) => i % 2 === 0 && part.includes('G'))
    this.#yearField = hasEra ? 'yearOfEra' : 'year'
  }

  items(): readonly Item[] {
    const pattern = this.#pattern
    for (let at = 0; at < pattern.length; ) {
      const letter = pattern[at] as string
      let end = at + 1
      if (/[A-Za-z]/.test(letter)) {
        while (pattern[end] === letter) end++
        this.#letters(letter, end - at)
      } else if (letter === "'") end = this.#quoted(at)
      else this.#symbol(letter)
      at = end
    }
    while (this.#open.length > 1) this.#close()
    return this.#open[0] as Item[]
  }

  #quoted(start: number): number {
    const pattern = this.#pattern
    let text = ''
    for (let at = start + 1; at < pattern.length; at++) {
      if (pattern[at] !== "'") text += pattern[at]
      else if (pattern[at + 1] === "'") {
        text += "'"
        at++
      } else {
        this.#add({ kind: 'literal', text: text === '' ? "'" : text })
        return at + 1
      }
    }
    throw new PatternMistake('a text in quotes does not end')
  }

  #symbol(symbol: string): void {
    if (symbol === '[') {
      this.#adjacent = null
      this.#open.push([])
    } else if (symbol === ']') {
      if (this.#open.length === 1) throw new PatternMistake('] closes nothing')
      this.#close()
    } else if (symbol === '{' || symbol === '}' || symbol === '#') {
      throw new PatternMistake(`${symbol} stands for nothing yet`)
    } else this.#add({ kind: 'literal', text: symbol })
  }

  #close(): void {
    const items = this.#open.pop() as Item[]
    this.#adjacent = null
    if (items.length > 0) this.#add({ kind: 'optional', items })
  }

  #add(item: Item): void {
    this.#open.at(-1)?.push(item)
    this.#adjacent = null
  }

  #number(field: FieldName, min: number, max: number, sign: Sign, isReduced = false): void {
    const item: NumberItem = { kind: 'number', field, min, max, sign, isReduced, following: 0 }
    this.#addNumber(item, min === max && sign === 'never', item)
  }

  #addNumber(item: Item, isFixed: boolean, first: NumberItem | null): void {
    const adjacent = this.#adjacent
    this.#add(item)
    if (adjacent !== null && isFixed) {
      adjacent.following += item.kind === 'number' || item.kind === 'fraction' ? item.max : 0
      this.#adjacent = adjacent
    } else this.#adjacent = first
  }

  #letters(letter: string, count: number): void {
    const field = NUMBERS[letter]
    const named = TEXTS[letter]
    if (field !== undefined) this.#oneOrTwo(field, letter, count)
    else if (named !== undefined) this.#text(named, letter, count)
    else if (letter === 'y') this.#year(count)
    else if (letter === 'S') this.#fraction(count)
    else if (letter === 'g') this.#number('julianDay', count, 19, 'normal')
    else if (letter === 'F') {
      atMost(letter, count, 1)
      this.#number('dayInWeekOfMonth', 1, 19, 'normal')
    } else if (letter === 'D') {
      atMost(letter, count, 3)
      this.#number('dayOfYear', count, count === 1 ? 19 : 3, count === 1 ? 'normal' : 'never')
    } else this.#add(zoneItem(letter, count))
  }

  #year(count: number): void {
    if (count === 2) this.#number(this.#yearField, 2, 2, 'never', true)
    else this.#number(this.#yearField, count, 19, count < 4 ? 'normal' : 'exceeds')
  }

  #oneOrTwo(field: FieldName, letter: string, count: number): void {
    atMost(letter, count, 2)
    if (count === 1) this.#number(field, 1, 19, 'normal')
    else this.#number(field, 2, 2, 'never')
  }

  #text(field: FieldName, letter: string, count: number): void {
    if (count < 3 && (field === 'month' || field === 'quarter')) {
      this.#oneOrTwo(field, letter, count)
    } else {
      atMost(letter, count, field === 'half' ? 1 : 4)
      this.#add({ kind: 'text', field, isFull: count === 4 })
    }
  }

  /** Spark reads a fraction with fewer digits too. */
  #fraction(count: number): void {
    atMost('S', count, 9)
    const min = this.#isForReading ? 1 : count
    const item: Item = { kind: 'fraction', min, max: count }
    if (min === count) this.#addNumber(item, true, null)
    else this.#add(item)
  }
}

function zoneItem(letter: string, count: number): Item {
  switch (letter) {
    case 'z':
      atMost(letter, count, 4)
      return { kind: 'zone-text', isFull: count === 4, isGeneric: false }
    case 'v':
      oneOf(letter, count, [1, 4])
      return { kind: 'zone-text', isFull: count === 4, isGeneric: true }
    case 'V':
      oneOf(letter, count, [2])
      return { kind: 'zone-id' }
    case 'O':
      oneOf(letter, count, [1, 4])
      return { kind: 'localized-offset', isFull: count === 4 }
    case 'Z':
      atMost(letter, count, 5)
      if (count === 4) return { kind: 'localized-offset', isFull: true }
      return { kind: 'offset', style: count < 4 ? 3 : 6, zero: count < 4 ? '+0000' : 'Z' }
    case 'X':
    case 'x': {
      atMost(letter, count, 5)
      const zero = letter === 'X' ? 'Z' : count === 1 ? '+00' : count % 2 === 0 ? '+0000' : '+00:00'
      return { kind: 'offset', style: count === 1 ? 1 : count + 1, zero }
    }
    default:
      throw new PatternMistake(`the letter ${letter} has no meaning`)
  }
}

function oneOf(letter: string, count: number, counts: readonly number[]): void {
  if (!counts.includes(count)) throw new PatternMistake(`${letter} stands ${counts.join(' or ')} times`)
}

function atMost(letter: string, count: number, most: number): void {
  if (count > most) throw new PatternMistake(`too many letters ${letter}`)
}
