// sprk eval through the built program: what it prints, where, and the exit code.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSprk, startSprk } from '../support/sprk.ts'

let cwd: string

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sprk-eval-'))
  writeFileSync(join(cwd, 'rows.ndjson'), '{"a":1}\n{"a":"x"}\n\nbad\n{"a":4}\n')
})

afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function evaluate(args: readonly string[], input = '') {
  const { code, stdout, stderr } = await runSprk(['eval', ...args], { cwd, input })
  return { code, stdout, stderr }
}

const good = (stdout: string) => ({ code: 0, stdout, stderr: '' })

describe('sprk eval', () => {
  test.each<[string, string[], string, string?]>([
    ['prints the value and its type', ['1 + 1'], '2\tint\n'],
    ['prints NULL', ['CAST(NULL AS date)'], 'NULL\tdate\n'],
    ['prints line breaks as they are', ["'a\nb'"], 'a\nb\tstring\n'],
    ['prints nested values as casts do', ["named_struct('a', array(1, NULL))"], '{[1, null]}\tstruct<a: array<int>>\n'],
    ['reads the fields of --row, on several lines too', ['a + 1', '--row', '{\n"a": 2}'], '3.0\tdouble\n'],
    ['has the types of --schema', ['a + 1', '--row', '{"a": 2}', '--schema', 'a int'], '3\tint\n'],
    [
      'reads times in --time-zone',
      ["timestamp'2026-01-31 12:00:00' = timestamp'2026-01-31 11:00:00Z'", '--time-zone', 'Europe/Berlin'],
      'true\tboolean\n',
    ],
    ['reads the expression from standard input', ['-'], '2\tint\n', '1 -- one\n+ 1\n'],
    ['reads rows from standard input', ['a', '--file', '-'], '1\tvariant\n2\tvariant\n', '{"a":1}\n{"a":2}\n'],
    [
      'aggregates all rows of a file',
      ['sum(a) + 1', '--file', '-', '--schema', 'a int'],
      '4\tbigint\n',
      '{"a":1}\n{"a":2}\n',
    ],
    ['has the metadata of records', ['_metadata.offset', '--file', '-'], '0\tbigint\n2\tbigint\n', '{}\n\n{}\n'],
    ['writes JSON as to_json does', ['array(1.50, NULL)', '-o', 'json'], '{"value":[1.50,null]}\n'],
    ['writes NULL as null', ['NULL', '-o', 'json'], '{"value":null}\n'],
  ])('%s', async (_, args, stdout, input) => expect(await evaluate(args, input)).toEqual(good(stdout)))

  test('says of each row of a file what is wrong with it', async () => {
    expect(await evaluate(['CAST(a AS int)', '--file', 'rows.ndjson'])).toEqual({
      code: 65,
      stdout: '1\tint\n4\tint\n',
      stderr: `sprk: error[E_CAST]: expression:1:1: line 2: "x" cannot be cast to int
  1 | CAST(a AS int)
    | ^^^^^^^^^^^^^^
    Spark: INVALID_VARIANT_CAST
sprk: error[E_BAD_JSON]: line 4: not valid JSON at byte 0: unexpected 'b'
`,
    })
  })

  test('has faults among the results of -o json and -o csv', async () => {
    const args = ['CAST(a AS int)', '--file', 'rows.ndjson', '-o']
    expect(await evaluate([...args, 'json'])).toEqual(
      good('{"value":1}\n{"error":"E_CAST"}\n{"error":"E_BAD_JSON"}\n{"value":4}\n'),
    )
    expect(await evaluate([...args, 'csv'])).toEqual({
      code: 65,
      stdout: 'value,type,error\n1,int,\n,int,E_CAST\n,int,E_BAD_JSON\n4,int,\n',
      stderr: '',
    })
  })

  test.each<[string, string[], number, string]>([
    [
      'an expression that is wrong by itself',
      ["uppr('x')"],
      78,
      "error[E_UNKNOWN_FUNCTION]: expression:1:1: unknown function uppr\n  1 | uppr('x')\n    | ^^^^\n  hint: did you mean upper?",
    ],
    ['the same with -o json', ['1 +', '-o', 'json'], 78, 'error[E_SYNTAX]: expression:1:4: '],
    ['an unknown column', ['b', '--schema', 'a int'], 78, 'error[E_UNKNOWN_COLUMN]: expression:1:1: unknown column b'],
    ['a wrong schema', ['a', '--schema', 'a strin'], 78, 'error[E_TYPE]: --schema:1:3: unknown type strin'],
    ['a row that is no JSON', ['a', '--row', '{"a":'], 65, 'error[E_BAD_JSON]: --row: not valid JSON at byte 5'],
    ['a row of another type', ['a', '--row', '{"a":"x"}', '--schema', 'a int'], 65, 'error[E_BAD_FIELD]: --row: a: '],
    ['a sum that a row spoils', ['sum(CAST(a AS int))', '--file', 'rows.ndjson'], 65, 'line 2: "x" cannot be cast'],
    ['a missing file', ['a', '--file', 'none.ndjson'], 66, 'error[E_NO_FILE]: none.ndjson: there is no such file'],
    [
      'an unknown zone',
      ['1', '--time-zone', 'Mars/X'],
      64,
      'error[E_USAGE]: --time-zone Mars/X: there is no such zone',
    ],
    ['standard input twice', ['-', '--file', '-'], 64, 'standard input cannot be both the expression and'],
    [
      'a row and a file',
      ['1', '--row', '{}', '--file', 'x'],
      64,
      "error[E_USAGE]: option '--row <json>' cannot be used",
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const refused = await evaluate(args)
    expect(refused.stderr).toContain(message)
    expect(refused.code).toBe(code)
  })

  test('ends when the reader of its output has read enough', async () => {
    writeFileSync(join(cwd, 'many.ndjson'), '{"a":1}\n'.repeat(200_000))
    const running = await startSprk(['eval', 'a', '--file', 'many.ndjson'], { cwd })
    running.closeOutput()
    const { code, stderr } = await running.done
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
  })
})
