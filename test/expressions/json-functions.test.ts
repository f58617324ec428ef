// Functions of JSON texts and variants.

import { describe, expect, it } from 'vitest'
import { STRING, VARIANT } from '../../src/types.ts'
import { columnOf, compileOver, constant, run, variant } from './support.ts'

const text = (source: string) => constant(`CAST(${source} AS string)`)
const sql = (json: string) => `'${json.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const part = (json: string, path: string) => text(`get_json_object(${sql(json)}, ${sql(path)})`)

describe('get_json_object', () => {
  it.each([
    ['{"a":1}', '$', '{"a":1}'],
    ['{"a":"x"}', '$.a', 'x'],
    ['{"a":{"b":[1, 2]}}', '$.a.b', '[1,2]'],
    ['{"a":{"b":[1, 2]}}', '$.a.b[1]', '2'],
    ['{"a":{"b":[1, 2]}}', '$.a.b[2]', null],
    ['{"a":null}', '$.a', null],
    ['[null]', '$[0]', 'null'],
    ['{"a b":1}', "$['a b']", '1'],
    ['{"a":1,"a":2}', '$.a', '1'],
    ['{"x":{"a":1}}', '$.a', null],
    ['{"a":[{"b":1},{"b":2}]}', '$.a[*].b', '[1,2]'],
    ['{"a":[{"b":"x"},{"c":2}]}', '$.a[*].b', '"x"'],
    ['{"a":[{"c":2}]}', '$.a[*].b', null],
    ['[[1,2],[3]]', '$[*][*]', '[1,2,3]'],
    ['[[1,[2]],[3]]', '$[*][*]', '[1,2,3]'],
    ['[[1,2],[3]]', '$[0][*]', '[1,2]'],
    ['{"a":1}', '$.*', null],
    ['{"a":1}', 'a', null],
    ['{"a":', '$.a', null],
    ["{'a':'it\\'s'}", '$.a', "it's"],
    ['{"a":"\\u00e9\\u001f"}', '$', '{"a":"é\\u001F"}'],
    ['{"a":"\\\\u001f"}', '$', '{"a":"\\\\u001f"}'],
  ])('of %s by %s is %s', (json, path, expected) => {
    expect(part(json, path)).toBe(expected)
  })

  it('reads a path of a column', () => {
    const schema = [
      { name: 'j', type: STRING },
      { name: 'p', type: STRING },
    ]
    const columns = [columnOf(STRING, ['{"a":1}', '{"a":1}', null]), columnOf(STRING, ['$.a', '$.b', '$.a'])]
    expect(run(compileOver('get_json_object(j, p)', schema), columns, 3).values).toEqual(['1', null, null])
  })
})

describe('JSON texts', () => {
  it.each([
    ["json_array_length('[1, [2, 3], {}]')", '3'],
    ["json_array_length('{}')", null],
    ["json_array_length('[1')", null],
    [`json_object_keys('{"b": 1, "a": {"c": 2}}')`, '[b, a]'],
    ["json_object_keys('[]')", null],
    [`from_json('{"a": 1, "b": [1, 2]}', 'a int, b array<int>')`, '{1, [1, 2]}'],
    [`from_json('{"a": "x", "b": 2}', 'a int, b int')`, '{null, 2}'],
    [`from_json('{"a": 1', 'a int, _corrupt_record string')`, '{null, {"a": 1}'],
    [`from_json('[{"a": 1}, {"a": 2}]', 'a int')`, '{null}'],
    ["from_json('null', 'a int')", '{null}'],
    [`from_json('{"a": {"b": 1.50}}', 'a string')`, '{{"b":1.5}}'],
    ["json_array_length('[1] x')", '1'],
    [`from_json('{"a": 1} {"a": 2}', 'a int')`, '{1}'],
    [`from_json('{"a": 1}', 'array<struct<a int>>')`, '[{1}]'],
    [`from_json('{"k": 1}', 'map<string, int>')`, '{k -> 1}'],
    ["from_json('[1, 2]', 'array<int>')", '[1, 2]'],
    [`from_json('[1, "x"]', 'array<int>')`, null],
    ["from_json('', 'a int')", null],
    [`from_json('{"a": {"b": "x", "c": 1}}', 'a struct<b int, c int>')`, '{{null, 1}}'],
    [`from_json('{"n": 12345678901234567890.12}', 'n decimal(30,2)')`, '{12345678901234567890.12}'],
    ["to_json(named_struct('a', 1, 'b', NULL, 'c', 'x\"y'))", '{"a":1,"c":"x\\"y"}'],
    ["to_json(named_struct('b', CAST(NULL AS int)), map('ignoreNullFields', 'false'))", '{"b":null}'],
    ["to_json(map('a', array(1, NULL)))", '{"a":[1,null]}'],
    [
      "to_json(named_struct('t', timestamp'2026-01-31 12:30:05.5', 'd', date'2026-01-31'))",
      '{"t":"2026-01-31T12:30:05.500Z","d":"2026-01-31"}',
    ],
    ["to_json(named_struct('d', 1.50, 'f', 1e0, 'n', CAST('NaN' AS double)))", '{"d":1.50,"f":1.0,"n":"NaN"}'],
    [`schema_of_json('{"b": [1, 2.5], "a": null}')`, 'STRUCT<a: STRING, b: ARRAY<DOUBLE>>'],
    [`schema_of_json('[{"a": 1}, {"b": "x"}]')`, 'ARRAY<STRUCT<a: BIGINT, b: STRING>>'],
  ])('%s is %s', (source, expected) => {
    expect(text(source)).toBe(expected)
  })

  it('is refused in the mode FAILFAST where it does not fit', () => {
    expect(() => constant(`from_json('{"a": "x"}', 'a int', map('mode', 'FAILFAST'))`)).toThrow('E_CAST')
    expect(() => compileOver("from_json('{}', 'a int', map('mode', 'DROPMALFORMED'))", [])).toThrow(
      'PERMISSIVE or FAILFAST',
    )
    expect(() => compileOver("from_json('{}', 'a int', map('locale', 'de'))", [])).toThrow('the option locale')
    expect(() => compileOver("from_json('{}', 'int')", [])).toThrow('reads a struct')
    expect(() => compileOver("from_json('{}', 'a in')", [])).toThrow('a in: ')
  })

  it('is read and written in time that is linear in it, however it is nested', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const quotes = '"\\'.repeat(100_000)
    const schema = [{ name: 'j', type: STRING }]
    for (const json of [deep, quotes, `'${quotes}`])
      for (const source of [
        "get_json_object(j, '$[0]')",
        'try_parse_json(j)',
        "from_json(j, 'a int').a",
        'json_array_length(j)',
      ])
        expect(run(compileOver(source, schema), [columnOf(STRING, [json])], 1).values, source).toEqual([null])
    const nested = [columnOf(VARIANT, [variant(deep)])]
    for (const source of ['to_json(v)', 'schema_of_variant(v)'])
      expect(run(compileOver(source, [{ name: 'v', type: VARIANT }]), nested, 1).rejected.get(0)?.code).toBe(
        'E_OVERFLOW',
      )
  })
})

describe('variants', () => {
  it.each([
    [`parse_json('{"b": 1.50, "a": [1e3, "x"]}')`, '{"a":[1000.0,"x"],"b":1.5}'],
    ["parse_json('9007199254740993')", '9007199254740993'],
    ['parse_json(\' "x" \')', 'x'],
    ["try_parse_json('{')", null],
    [`variant_get(parse_json('{"a": [{"b c": 5}]}'), '$.a[0]["b c"]', 'int')`, '5'],
    [`variant_get(parse_json('{"a": {"x": 1}}'), '$.a')`, '{"x":1}'],
    [`variant_get(parse_json('{"a": 1}'), '$.b', 'int')`, null],
    [`variant_get(parse_json('{"a": [1, 2]}'), '$.a', 'array<bigint>')`, '[1, 2]'],
    [`try_variant_get(parse_json('{"a": "x"}'), '$.a', 'int')`, null],
    ["is_variant_null(parse_json('null'))", 'true'],
    ["is_variant_null(parse_json('0'))", 'false'],
    [`schema_of_variant(parse_json('[{"b": true, "a": 0}, {"a": null}]'))`, 'ARRAY<OBJECT<a: BIGINT, b: BOOLEAN>>'],
    ['schema_of_variant(parse_json(\'[1, "x"]\'))', 'ARRAY<VARIANT>'],
    ["schema_of_variant(parse_json('[1, 1e3]'))", 'ARRAY<DOUBLE>'],
    ["schema_of_variant(parse_json('null'))", 'VOID'],
    ["to_variant_object(map('t', timestamp'2026-01-31 00:00:00'))", '{"t":"2026-01-31 00:00:00+00:00"}'],
    ["to_variant_object(map('b', 1, 'a', 2))", '{"a":2,"b":1}'],
    ["variant_get(to_variant_object(named_struct('a', array(1, 2))), '$.a[1]', 'int')", '2'],
  ])('%s is %s', (source, expected) => {
    expect(text(source)).toBe(expected)
  })

  it.each([
    ["parse_json('{')", 'E_CAST'],
    [`parse_json('{"a": 1, "a": 2}')`, 'E_CAST'],
    [`variant_get(parse_json('{"a": "x"}'), '$.a', 'int')`, 'E_CAST'],
    ["variant_get(parse_json('{}'), 'a', 'int')", 'a is no path for variant_get'],
  ])('%s is refused', (source, code) => {
    expect(() => constant(source)).toThrow(code)
  })
})

describe('lines of CSV', () => {
  it.each([
    ["from_csv('1,x', 'a int, b string')", '{1, x}'],
    ["from_csv('1', 'a int, b string')", '{1, null}'],
    ["from_csv('x,y,z', 'a int, b string')", '{null, y}'],
    ["from_csv('', 'a int')", '{null}'],
    [`from_csv('"a,b",2', 'a string, b int')`, '{a,b, 2}'],
    [`from_csv('"a""b",2', 'a string, b int')`, '{"a""b", 2}'],
    [`from_csv(r'"a\\"b",2', 'a string, b int')`, '{a"b, 2}'],
    [`from_csv('"a', 'a string')`, '{a}'],
    ["from_csv(' a , 2', 'a string, b int')", '{ a , null}'],
    ["from_csv('a;2', 'a string, b int', map('sep', ';'))", '{a, 2}'],
    [`from_csv('"",1', 'a string, b int')`, '{null, 1}'],
    ["from_csv('x,1', 'a int, b int, _corrupt_record string')", '{null, 1, x,1}'],
    ["from_csv('1.555', 'a decimal(10,2)')", '{1.56}'],
    ["to_csv(named_struct('a', NULL, 'b', 'x,y'))", ',"x,y"'],
    [`to_csv(named_struct('a', 'q"r', 'b', ''))`, '"q\\"r",""'],
    ["to_csv(named_struct('a', ' x ', 'b', 1.50))", 'x,1.50'],
    [
      "to_csv(named_struct('d', date'2026-01-31', 't', timestamp'2026-01-31 12:30:05.5'))",
      '2026-01-31,2026-01-31T12:30:05.500Z',
    ],
    ["to_csv(named_struct('a', NULL))", null],
    ["to_csv(named_struct('a', NULL, 'b', NULL))", ','],
    ["to_csv(named_struct('a', 1, 'b', 2), map('sep', ';'))", '1;2'],
  ])('%s is %s', (source, expected) => {
    expect(text(source)).toBe(expected)
  })

  it('are refused in the mode FAILFAST where they do not fit', () => {
    expect(() => constant("from_csv('x,1', 'a int, b int', map('mode', 'FAILFAST'))")).toThrow('E_CAST')
    expect(() => compileOver("from_csv('1', 'a array<int>')", [])).toThrow('CSV has no array<int>')
    expect(() => compileOver('to_csv(1)', [])).toThrow('to_csv writes a struct')
  })
})
