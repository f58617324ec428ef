// @ts-check
// Patterns and texts to ask Java about: some that were thought of, and random ones of Java's grammar.

/** Texts without characters above U+FFFF: an empty match stands inside of them for Java. */
export const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'aab',
  'abc abc',
  'a-b_c d',
  'xX yY',
  'a\n',
  'a\nb',
  'a\r\nb\r\n',
  'a\r',
  '\n',
  '\r\n',
  '\n\n',
  'a\n\nb\n',
  'a\u0085b',
  'a\u2028b\u2029',
  'a\u000bb\fc',
  'a\tb  c',
  'a\u00a0b\u3000c\u200a',
  'é É ß ẞ',
  'iIıİ kK\u212a sSſ',
  'Straße ΣΑΣ σας',
  'ǅ ǆ Ǆ',
  '日本語 テキスト',
  '١٢٣ 123',
  '[a-z] (x) {1,2} ^$ \\d . * + ? |',
  '2026-01-31T12:30:05.123Z',
  'https://example.com/a/b?c=d&e=f#g',
  'GET /index.html HTTP/1.1" 200 5120',
  'k1=v1;k2=v2;;k3',
  'a,b,,c,',
  '"a,b",c',
  'user@example.org, other@example.net',
  '\u0000\u0001\u001b\u0007',
  'aaaaaaaaaa',
  'foo.bar.Baz42_qux',
  '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  '\u00b5\u03bc\u039c \u00ff\u0178',
  '_a1 b2_ 3c',
]

/** Kinds of the findings and of common use. */
export const PATTERNS = String.raw`
. .+ .* (?s). (?s).+ (?d). \s \s+ \S \S+ [\s] [^\S] [^\s] \h \H \v \V \R \R+ \w \W \w+ \d \D [^\D] [\w-] [^\w]
$ ^ ^$ a$ a\Z a\z \Aa b$|a$ (a|b)$ (?:b|a\n)$ .$ (?s).$ .*$ (?s).*$ \s*$ \n$ \r$ \r?\n$ (?s).*?$ (?d)$ (?d)a$ (?md)$ (?md)b$ \Z \z \A
$a a$b $$ ($)* (?m)^ (?m)$ (?m)a (?md)^a
\b \B \bb\b \b\w+\b \Ba
[a-z&&[^b]] [a-z&&[^bc]&&[d-z]] [\w&&[^a]] [a-z&&[aeiou]] [^a-z&&[^A-Z]] [ac[x-z]] [a[b[c]]] [^a[bc]] [[:alpha:]] [[a-c][x-z]]
[a-c-e] [a-] [-a] [\d-z] []a] [^]a] [a&b] [a&] [&a] [a&&^b] [a&&] [&&a] [a&&&&b] [\]\[] [\\] [.] [*+?] [{}] [()] [|] [$] [^^] [a^]
\p{Punct} \p{Alpha} \p{Upper} \p{Lower} \p{Digit} \p{Space} \p{Alnum} \p{Graph} \p{Print} \p{Blank} \p{Cntrl} \p{XDigit} \p{ASCII}
\P{Punct} \P{Alpha} [\p{Punct}\s]+ [^\p{Punct}] [\p{L}&&[^\p{Lu}]] \p{L} \p{Lu} \p{Ll} \p{N} \p{Nd} \p{P} \p{S} \p{Sc} \p{Z} \pL \PL \pLa \p{IsL} \p{Lt} \p{LC}
\p{IsAlphabetic} \p{IsLetter} \p{IsDigit} \p{IsUppercase} \p{IsLowercase} \p{IsPunctuation} \p{IsWhite_Space} \p{IsLatin} \p{IsGreek} \p{IsHan} \p{IsCyrillic}
\p{script=Latin} \p{sc=Greek} \p{gc=Lu} \p{InGreek} \p{javaLowerCase} \p{Latin} \p{IsFoo} \p{Foo} \p{punct} \p
(?i)a (?i)[a-c] (?i)é (?i)s (?i)k (?i)i (?iu)i (?iu)k (?iu)s (?iu)é (?iu)ß (?iu)σ (?iu)[h-j] (?iu)[à-ü] (?iu)µ (?iu)ÿ (?iu)ǆ (?i)[^a] (?i)[a-z&&[^b]]
(?i)\p{Lu} (?i)\p{Ll} (?i)\p{Upper} (?i)\p{Lower} (?i)\p{IsUppercase} (?i)\P{Lu} (?i)\x61 (?i)\Qa\E (?i:a)b a(?i)b (a(?i)b)c (?i)a(?-i)b (?i-i)a (?iu)\u212a
\t \n \r \f \a \e \cI \cM \cé \x61 \x{61} \x{1F600} \u0061 \u00e9 \07 \011 \0101 \0142 \0377 \0400 \08 \0 \x1 \x{} \u12 \c
\Qa+b\E \Q.\E+ \Qab \E [\Qa-z\E] \Q\E a\Q1\E \Q1\E \07\Q1\E
a* a+ a? a*? a+? a?? a{2} a{2,} a{2,3} a{2,3}? a{0} a{0,1} a{1001} a{0,1500} a{2}{3} a*{2} a** a{,2} a{ { a{ a{b} } ] a{2,1} a*+ a++ a?+ a{2}+ (*) ^* $* \b+ (?i)*
(a) (?:a) (?<n>a) (?<n1>a)b (?<1n>a) (?P<n>a) (?=a) (?!a) (?<=a)b (?<!a)b (?>a) (?a) (?^a) (?#a) (?z) (?U)a (?x)a\ b a|b a|b|c |a a| || () (|a) (a|) (a|ab)(c|bcd)
(|a)* (|a)+ (a|b*)* (a*)* (a*)+ (?:a?)*?b (a?)*? (a|b)* (a|b)+? (ab?)* (a+|b)* (a|ab)* (a??)* (?:a|)* (?:|a){2} (a*){2,3} (?:a*|b)+ (\s|a*)*
(a)\1 \1 \k<n> \G \X \N{SPACE} \b{g} \y \i \_ \- \é \" \/ \: \@ \# \<
[,;]\s* \s*,\s* \s+ [^A-Za-z0-9]+ [^\p{L}\p{N}]+ \W+ ,(?!x) ^\s+|\s+$ ^"|"$ [./] [-/] \. \| \\ \d{4}-\d{2}-\d{2} (\d+)-(\d+) [a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}
https?://[^\s/]+ [?&]([^=&]+)=([^&#]*) "([^"]*)" (?i)^get\s [\r\n]+ \r\n|[\r\n] [^\x00-\x7F] [\x{d800}-\x{dfff}] [\u4e00-\u9fff]+ ^[^#]*$ .*\.html$ \w+$ (?s)^.*$ [[] [[]] [a [a-\d] [z-a] ) ( (a a)
`
  .trim()
  .split(/\s+/)
  .concat([
    'a b',
    '(?x) a b # c',
    '(?x)a # c\nb',
    '(?x)[a b]',
    '(?x)a +',
    '(?x)\\ ',
    '(?xi) A',
    'a (?x) b c',
    ' ',
    '  +',
    '[ ]',
  ])

const ATOMS = [
  ...String.raw`a b c A x 1 - _ , \. \s \S \d \D \w \W . é \n \t \h \v \p{Punct} \p{Alpha} \p{L} \p{Lu} \P{L} \x61 \u0062 \Qa\E [ab] [^a] [a-c] [a-z&&[^b]] [^\w\s] [a[bc]] [\s,] [\p{L}\d] \R ß`.split(
    ' ',
  ),
  ' ',
]
const PLACES = ['^', '$', '\\b', '\\B', '\\A', '\\z', '\\Z', '']
const QUANTIFIERS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,3}?', '{2,}']
const FLAGS = ['(?i)', '(?s)', '(?d)', '(?is)', '(?iu)', '(?m)', '(?x)']

/** The same patterns each time. @param {number} count @returns {string[]} */
export function randomPatterns(count) {
  let state = 20260131
  const below = (/** @type {number} */ limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  /** @template T @param {readonly T[]} of @returns {T} */
  const one = (of) => /** @type {T} */ (of[below(of.length)])
  /** @param {number} depth @returns {string} */
  const part = (depth) => {
    const chance = below(100)
    if (depth > 0 && chance < 22) return `(${one(['', '?:', '?:', '?i:'])}${sequence(depth - 1)})${quantifier()}`
    if (depth > 0 && chance < 30) return `(${sequence(depth - 1)}|${sequence(depth - 1)})${quantifier()}`
    return one(ATOMS) + quantifier()
  }
  const quantifier = () => (below(100) < 38 ? one(QUANTIFIERS) : '')
  /** @param {number} depth @returns {string} */
  const sequence = (depth) => Array.from({ length: 1 + below(3) }, () => part(depth)).join('')
  const whole = () => {
    const alternatives = Array.from({ length: below(5) === 0 ? 2 : 1 }, () => {
      const [before, after] = [below(6) === 0 ? one(PLACES) : '', below(4) === 0 ? one(PLACES) : '']
      return `${before}${sequence(2)}${after}`
    })
    return (below(7) === 0 ? one(FLAGS) : '') + alternatives.join('|')
  }
  const patterns = new Set()
  while (patterns.size < count) patterns.add(whole())
  return [...patterns]
}
