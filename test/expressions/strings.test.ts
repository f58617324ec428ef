// Texts, bytes, formats and hashes where the answers of Spark 4.3 were looked up one by one.

import { describe, expect, it } from 'vitest'
import { constant } from './support.ts'

describe('functions of texts', () => {
  it.each([
    // Characters are code points.
    ["left('a😀b', 2)", 'a😀'],
    ["instr('a😀b', 'b')", 3],
    ["reverse('a😀b')", 'b😀a'],
    ["lpad('hi', 5, '😀')", '😀😀😀hi'],
    ["regexp_instr('😀b', 'b')", 2],
    ["levenshtein('a😀', 'b😀')", 1],
    // Places that are none.
    ["locate('b', 'abc', NULL)", 0],
    ["locate('', 'abc', 5)", 1],
    ["overlay('Spark', 'x', -2)", 'xk'],
    ["substring_index('aaa', 'aa', 2)", 'a'],
    ["substring_index('aaa', 'aa', -2)", 'a'],
    ["split_part('aXXbXXc', 'XX', -4)", ''],
    ["levenshtein('kitten', 'sitting', 2)", -1],
    // Words and letters.
    ["initcap('ﬀoo ǆaa ß ŉa')", 'Ffoo ǅaa Ss ʼNa'],
    ["initcap('ΑΣ ΑΣ')", 'Ας Ας'],
    ["soundex('Ashcraft')", 'A261'],
    ["mask('ÄßàZ２😀', 'X', 'x', 'n', 'o')", 'XxxXno'],
    // Choices evaluate what they give.
    ["elt(1, 'a', CAST(1 / 0 AS string))", 'a'],
    ["decode(NULL, 1, 'a', NULL, 'b', CAST(1 / 0 AS string))", 'b'],
  ])('%s is %s', (source, value) => {
    expect(constant(source)).toBe(value)
  })

  it.each([
    ["elt(3, 'a', 'b')", 'E_ARRAY_INDEX'],
    ["split_part('a', '.', 0)", 'E_ARRAY_INDEX'],
    ["to_binary('YQ==YQ==', 'base64')", 'E_CAST'],
    ["unbase64('YQ=')", 'E_ENCODING'],
    ["encode('ä', 'US-ASCII')", 'E_ENCODING'],
    ["url_decode('%zz')", 'E_CAST'],
    ["to_number('454', '99')", 'E_CAST'],
    ["regexp_replace('abc', 'b', '$5')", 'E_REGEX'],
    ["regexp_extract('abc', 'b', 1)", 'E_REGEX'],
    ["lpad('x', 2147483647)", 'E_OVERFLOW'],
    ["repeat('xx', 2147483647)", 'E_OVERFLOW'],
    ['space(2147483647)', 'E_OVERFLOW'],
  ])('%s is %s', (source, code) => {
    expect(() => constant(source)).toThrow(code)
  })
})

describe('formats of numbers', () => {
  it.each([
    ['format_number(2.675D, 2)', '2.67'],
    ['format_number(-0.001, 2)', '-0.00'],
    ['format_number(1e20D, 2)', '100,000,000,000,000,000,000.00'],
    ["format_number(1234567.891, '#,####.0')", '123,4567.9'],
    ["format_number(-1234.5, '#,###.##;(#)')", '(1,234.5)'],
    ["format_string('%.0f %.0f %.1f %g', 0.5D, 1.5D, 0.25D, 1234567.0D)", '1 2 0.3 1.23457e+06'],
    ["format_string('%x', CAST(-1 AS smallint))", 'ffff'],
    ["format_string('%2$s %1$s %<s', 'a', 'b')", 'b a a'],
    ["to_char(-12454.8, '99G999D9PR')", '<12,454.8>'],
    ["to_char(1234, '99')", '##'],
    ["to_char(5, '999MI')", '  5 '],
    ["CAST(to_number('<45>', '999PR') AS int)", -45],
    ["CAST(to_number('12,34', '99,99') AS int)", 1234],
    ["try_to_number('1234', '9,999')", null],
  ])('%s is %s', (source, value) => {
    expect(constant(source)).toBe(value)
  })
})

describe('hashes', () => {
  it.each([
    ["hash('Spark', 123)", 1262264271],
    ["xxhash64('Spark', 123)", -7770970918500510695n],
    ["crc32('Spark')", 1557323817n],
    ['hash(0.0D) = hash(-0.0D)', true],
    ["sha2('Spark', 1)", null],
    ["parse_url('http://ho_st/x', 'HOST')", null],
    ["parse_url('http://host/p?q=a.b&qXb=5', 'QUERY', 'q.b')", '5'],
    ["url_encode('a b*-._~ä')", 'a+b*-._%7E%C3%A4'],
  ])('%s is %s', (source, value) => {
    expect(constant(source)).toBe(value)
  })
})

describe('regular expressions', () => {
  it.each([
    ["regexp_extract('aa', '(a*)+', 1)", ''],
    ["regexp_extract('bca', '(a|b(c))*', 2)", 'c'],
    ["regexp_extract('aab', '(a?)*b', 1)", ''],
    ["regexp_replace('abc', '(a)(b)', '$12')", 'a2c'],
    ["regexp_replace('abc', '(?<n>b)', '<${n}>')", 'a<b>c'],
    ["regexp_replace('abc', '', '-')", '-a-b-c-'],
    ["regexp_replace('abc', '^b', 'x', 2)", 'axc'],
    ["regexp_count('aaa', '')", 4],
    ["regexp_substr('abc', '')", null],
    ["'ab\\n' RLIKE 'b$'", true],
  ])('%s is %s', (source, value) => {
    expect(constant(source)).toBe(value)
  })

  it('of more steps than fit are refused', () => {
    expect(() => constant("'a' RLIKE '(a{1000}){1000}'")).toThrow('too large')
  })

  it('find the same in long texts, whose states are made block by block', () => {
    expect(constant("regexp_count(repeat('ab😀', 10000), 'b(?:.*c)?')")).toBe(10_000)
    expect(constant("length(regexp_replace(repeat('a😀', 10000), '😀', ''))")).toBe(10_000)
  })
})
