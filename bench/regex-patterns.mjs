// @ts-check
// Patterns that take exponential or polynomial time where an engine backtracks, with the text that shows it.

/** Parts that overlap with themselves when they are repeated. */
const PARTS = ['a', 'a+', 'a*', 'aa', 'a?', 'a|a', 'a|aa', 'a|a?', '[a-z]', '\\w', '\\w+', '.', '.*', '.+', 'a|b|ab']
const ENDS = ['$', 'b', 'c$', '!', '\\d']

/** Nested quantifiers and alternatives that overlap: exponential. */
const exponential = PARTS.flatMap((part) =>
  ENDS.flatMap((end) => [`(${part})+${end}`, `(?:${part})*${end}`].map((pattern) => pattern)),
)

/** Neighbours that overlap: polynomial. */
const polynomial = [
  'a*a*a*b',
  'a*a*b',
  'a+a+b',
  'a+a+a+a+b',
  'a*a*a*a*a*a*b',
  '.*.*=.*',
  '.*.*.*;',
  '.*a.*a.*a.*b',
  '.*?.*?b',
  '\\w*\\w*\\d',
  '[a-z]*[a-f]*[a-c]*!',
  '(a*)(a*)(a*)b',
  'a?a?a?a?a?aaaaab',
  'x*a*x*a*x*a*y',
  'a.*b.*c.*d',
  '(.*),(.*),(.*);',
  '^(.*?,){11}P',
  '(a|ab)(c|bcd)(d*)x',
  '\\s*a+\\s*a+\\s*b',
  '(?:a{1,10}){1,10}b',
]

/** Matches that end early, of which each looks at all of the rest first: quadratic where all matches are wanted. */
const prefixes = [
  'a(?:.*b)?',
  'a.*b|a',
  'a+b|a',
  '(a|a)*b|a',
  'a(?:a*b)?',
  '\\w(?:.*!)?',
  'a??(?:a*b)?a',
  '(?:a+$x)|a',
  'a(?:.*?b)?',
  '(a)(?:.*(b))?',
  '[a-z](?:[a-z]*\\d)?',
  'aa(?:a*c)?',
  'a{2,3}(?:.*b)?',
  '(?:.*b|a)',
  'a(?:[^b]*b)?',
]

/** From real programs. */
const known = [
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
  '(([a-z0-9]+){1,}[.])+x',
  '^(\\w+\\s?)*$!',
  '^([\\s\\S]*?)*=$',
  '(?:(?:"(?:[^"\\\\]|\\\\.)*")|a|aa)*;',
  '^(?:.?)+$x',
  '([a-z]+)*[0-9]',
  '(?:[a-z]+[0-9]?)+!',
  '\\bx?(\\w+\\b)*!',
  '(.*)*x',
  '(a|a)*b',
  '(a+)+$b',
  '((a+)+)+b',
  '(((a*)*)*)*b',
]

export const patterns = [...new Set([...exponential, ...polynomial, ...prefixes, ...known])]

/** @param {number} length */
export const textOf = (length) => 'a'.repeat(length)
