// Answers of Spark from which sprk differs on purpose, by the reason that docs/expressions.md gives.

/** A value as text, NULL, or the code of an error in its place. */
export type Outcome = string | null | { readonly x: string }

export interface Case {
  /** The expression. */
  readonly e: string
  /** Its type. */
  readonly t?: string
  /** Its values, row by row. */
  readonly v?: readonly Outcome[]
  /** Why the expression is refused. */
  readonly x?: string
}

export interface Input {
  readonly schema: string
  readonly rows: readonly string[]
  readonly zone: string
}

/** Two outcomes of one row that are not the same. */
interface Pair {
  readonly mine: Outcome
  readonly sparks: Outcome
  /** The record. */
  readonly row: string
}

type OfCase = (mine: Case, sparks: Case) => boolean
type OfRow = (pair: Pair, expression: string, type: string) => boolean

const code = (value: Outcome): string | undefined => (typeof value === 'object' ? value?.x : undefined)
const isFailed = (value: Outcome): boolean => code(value) !== undefined

/** Whole expressions: what is refused, or has another type. */
const CASES: Readonly<Record<string, OfCase>> = {
  'Not available in this version': (mine) => mine.x === 'E_NOT_YET' || mine.e === 'dt + NULL',
  'The present is the time of the batch': ({ e }) => /^current_(?:timestamp|date)(\(\))?$/i.test(e),
  'Aggregates stand in reduceByKey': (mine, { e }) =>
    mine.x === 'E_AGGREGATE' &&
    (e === 'count(*)' || e === 'aggregate 1' || /^aggregate (?:first|any_value|collect_list)\(/.test(e)),
  'Regular expressions have no look-around, no back-references and some more': (mine) => mine.x === 'E_REGEX',
  'A pattern of LIKE that is a literal is read once': (mine) => mine.x === 'E_LIKE',
  'A variant is cast where a type is wanted': ({ e }, sparks) => sparks.x !== undefined && /\bv\b/.test(e),
  'Several predicates in a row, and arrays of different elements': ({ e }, sparks) =>
    (sparks.x === 'PARSE_SYNTAX_ERROR' && /IS (?:NOT )?(?:NULL|TRUE) IS /.test(e)) || e === 'a = ai',
}

/** Single rows. */
const ROWS: Readonly<Record<string, OfRow>> = {
  'Doubles and floats are written with the fewest digits': ({ mine, sparks }) => isShorter(mine, sparks),
  'Words for times are no times': ({ mine, row }, e) =>
    isFailed(mine) && TIME_WORDS.test(e === 'x' || /\(x /.test(e) ? row : e),
  'Timestamps lie between 1685 and 2255': ({ mine, sparks }) =>
    code(mine) === 'E_OVERFLOW' && typeof sparks === 'string' && !isInRange(sparks),
  'Bytes that are no UTF-8 are no string': ({ mine, sparks }) =>
    code(mine) === 'E_ENCODING' && typeof sparks === 'string' && sparks.includes('\ufffd'),
  'NaN and infinity are no decimals': ({ mine, sparks }, e) =>
    code(mine) === 'E_CAST' && sparks === null && /decimal/.test(e),
  'A number of JSON is read from its text': ({ mine, sparks, row }, e, type) =>
    (/"x":-0\b/.test(row) && mine === '-0.0' && sparks === '0.0') ||
    (e.startsWith('CAST(x AS ') && type.startsWith('decimal') && Number(mine) === Number(sparks)),
  'A string keeps the text of a number or object': ({ mine, sparks }, e, type) =>
    e === 'x' && (type === 'string' ? sameJson(mine, sparks) : /string/.test(type) && isNested(mine, sparks)),
  'A variant keeps its text': ({ mine, sparks }, e) =>
    /\b[vx]\b/.test(e) && (sameJson(mine, sparks) || (/string>/.test(e) && isNested(mine, sparks))),
  'Exact where Spark goes through double or wraps around': ({ mine, sparks }, e) => isExact(e, mine, sparks),
  'A sum overflows only where the result does': ({ mine, sparks }, e) =>
    !isFailed(mine) && isFailed(sparks) && /^aggregate (?:sum|avg)\(/.test(e),
  'div of decimals fails where the result is no bigint': ({ mine }, e) =>
    code(mine) === 'E_OVERFLOW' && / div /.test(e),
  'A NULL index gives NULL': ({ mine, sparks }, e) => mine === null && isFailed(sparks) && e.includes('[NULL]'),
  '`concat` and `decode` stop at NULL': ({ mine, sparks }, e) =>
    isFailed(sparks) && !isFailed(mine) && /concat|\|\|/.test(e),
  '`\\b` is a boundary of `\\w`': (_pair, e) => e.includes('\\\\b'),
  'NULL beside a literal out of range is NULL': ({ mine, sparks }, e) =>
    mine === null && sparks === 'true' && e === '(99999999999999999999.9 >= by)',
  'Numbers out of range, and times that are no times, are refused': ({ mine, sparks }, _e, type) =>
    code(mine) === 'E_BAD_FIELD' && typeof sparks === 'string' && /^(?:tinyint|date|timestamp)$/.test(type),
  'Base64 is read strictly': ({ mine, sparks }, _e, type) =>
    code(mine) === 'E_BAD_FIELD' && sparks === '' && type === 'binary',
  'A record is one object': ({ mine, sparks }) => code(mine) === 'E_BAD_JSON' && !isFailed(sparks),
  'Only fields that are needed are checked': ({ mine, sparks, row }, e) =>
    /^[ab]$/.test(e) && mine === null && isFailed(sparks) && row.includes('"c":'),
}

const TIME_WORDS = /['"](?:epoch|today|now|T12:30|12:30:00)['"]/
const NUMBERS = /-?\d+(?:\.\d+)?(?:E-?\d+)?/g

/** The same numbers, as doubles or as floats, in fewer digits. */
function isShorter(mine: Outcome, sparks: Outcome): boolean {
  if (typeof mine !== 'string' || typeof sparks !== 'string') return false
  const [own, theirs] = [mine.match(NUMBERS) ?? [], sparks.match(NUMBERS) ?? []]
  if (own.length === 0 || own.length !== theirs.length || mine.length >= sparks.length) return false
  const others = [mine, sparks].map((text) => text.replace(NUMBERS, ''))
  const isSame = (a: string, b: string) => Number(a) === Number(b) || Math.fround(Number(a)) === Math.fround(Number(b))
  return others[0] === others[1] && own.every((number, i) => isSame(number, theirs[i] as string))
}

function isInRange(time: string): boolean {
  const year = Number(/^([+-]?\d+)-/.exec(time)?.[1])
  return year >= 1685 && year <= 2255
}

/** The same JSON but for white space, the order of members and the way in which numbers are written. */
function sameJson(mine: Outcome, sparks: Outcome): boolean {
  if (typeof mine !== 'string' || typeof sparks !== 'string') return false
  // A concatenation has more behind the JSON.
  const [a, b] = [mine, sparks].map((text) => normal(text.replace(/([}\]])x$/, '$1')))
  return a !== undefined && a === b
}

function normal(text: string): string | undefined {
  if (/^"?-?(?:Infinity|\d.*)"?$/.test(text)) return String(Number(text.replaceAll('"', '')) + 0)
  try {
    return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort())
        : value,
    )
  } catch {
    return undefined
  }
}

/** The same for strings inside of a map or struct. */
function isNested(mine: Outcome, sparks: Outcome): boolean {
  const sorted = [mine, sparks].map((text) =>
    [
      ...String(text)
        .replace(/[\s{}]/g, '')
        .replace(/(\.\d*?)0+\b/g, '$1'),
    ]
      .sort()
      .join(''),
  )
  return sorted[0] === sorted[1]
}

function isExact(e: string, mine: Outcome, sparks: Outcome): boolean {
  if (e === 'CAST(1.999999999999999999 AS int)') return mine === '1' && sparks === '2'
  if (e === '-q') return !isFailed(mine) && isFailed(sparks)
  if (/^substring\(s, (?:n|-2147483648)\)$/.test(e))
    return typeof sparks === 'string' && String(mine).startsWith(sparks)
  return false
}

export const REASONS: readonly string[] = [...Object.keys(CASES), ...Object.keys(ROWS)]

/** The reasons that explain the difference; undefined where a part of it has none. */
export function differenceOf(mine: Case, sparks: Case, input: Input): ReadonlySet<string> | undefined {
  const whole = Object.entries(CASES).find(([, test]) => test(mine, sparks))
  if (whole !== undefined) return new Set([whole[0]])
  if (mine.v === undefined || sparks.v === undefined) return undefined
  const reasons = new Set<string>()
  for (const [i, value] of sparks.v.entries()) {
    const pair = { mine: mine.v[i] ?? null, sparks: value, row: input.rows[i] ?? '' }
    if (pair.mine === value || (isFailed(pair.mine) && isFailed(value))) continue
    const reason = Object.entries(ROWS).find(([, test]) => test(pair, mine.e, mine.t ?? ''))
    if (reason === undefined) return undefined
    reasons.add(reason[0])
  }
  return reasons.size === 0 ? undefined : reasons
}
