import { describe, expect, it } from 'vitest'
import { compileExpression, ExpressionError, parseSchema } from '../../src/expressions/index.ts'
import { OPTIONS, openScope, scopeOf } from './support.ts'

const SCHEMA = parseSchema(
  'type string, amount decimal(10,2), count int, properties struct<city: string, zip: int>, tags array<string>, counts map<string, int>, headers array<struct<key: string, value: binary>>',
)
const OF_ARRAYS = 'an element has a number, from 0 on: `tags[0]`; the step flatMap makes a row of each'

function mistake(source: string, scope = scopeOf(SCHEMA)): string {
  try {
    compileExpression(source, scope, OPTIONS)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const underlined = source.slice(error.start, error.end)
    return [error.code, underlined, error.message, error.hint].filter((part) => part !== undefined).join(' | ')
  }
  return 'it compiles'
}

describe('ExpressionError', () => {
  it.each([
    ['', 'E_SYNTAX |  | the expression ends where a value is expected'],
    ['1 +', 'E_SYNTAX |  | the expression ends where a value is expected'],
    ['(1', 'E_SYNTAX |  | the expression ends where ) is expected'],
    ['1 2', 'E_SYNTAX | 2 | unexpected 2; expected the end of the expression'],
    ["type = 'track", "E_SYNTAX | 'track | the ' is never closed"],
    ['a /* b', 'E_SYNTAX | /* b | the comment is never closed'],
    ['amount § 2', 'E_SYNTAX | § | unexpected character "§"'],
    ['1a', 'E_SYNTAX | 1a | 1a is not a number | a name that begins with a digit needs backquotes: `1a`'],
    [
      'count > AND 1',
      'E_SYNTAX | AND | unexpected AND; expected a value | if it is a column, write `AND` in backquotes',
    ],
    ['count IS 5', 'E_SYNTAX | 5 | unexpected 5; expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM'],
    ['count BETWEEN 1 OR 2', 'E_SYNTAX | OR | unexpected OR; expected AND'],
    ['CASE WHEN TRUE END', 'E_SYNTAX | END | unexpected END; expected THEN'],
    ['CAST(count AS intt)', 'E_TYPE | intt | unknown type intt | did you mean int?'],
    [
      'CAST(1 AS DECIMAL(39))',
      'E_TYPE | DECIMAL(39) | decimal(39,0) is out of range | precision is 1 to 38, scale 0 to the precision',
    ],
    ['128Y', 'E_TYPE | 128Y | 128 is out of range for tinyint'],
    ["DATE '2026-13-01'", "E_TYPE | DATE '2026-13-01' | '2026-13-01' is no date"],
    [
      'amuont > 1',
      'E_UNKNOWN_COLUMN | amuont | unknown column amuont | did you mean amount? (the columns are type, amount, count, properties, tags, counts, headers)',
    ],
    [
      '1 + Amount',
      'E_UNKNOWN_COLUMN | Amount | unknown column Amount | did you mean amount? (the columns are type, amount, count, properties, tags, counts, headers)',
    ],
    [
      'properties.citi',
      'E_UNKNOWN_COLUMN | properties.citi | unknown field citi | did you mean city? (the fields are city, zip)',
    ],
    ['count.x', 'E_TYPE | count.x | int has no field x'],
    ['tags.x', `E_TYPE | tags.x | array<string> has no field x | ${OF_ARRAYS}`],
    ["tags['x']", `E_TYPE | tags['x'] | array<string> has no field x | ${OF_ARRAYS}`],
    [
      "window(type, '1 minute')",
      "E_NOT_YET | window | the function window is not available in this version | write date_trunc('minute', t) for windows of a minute, an hour, a day …",
    ],
    ['type ** 2', 'E_SYNTAX | * | unexpected *; expected a value | a power is not available: write a * a'],
    [
      'count // 2',
      'E_SYNTAX | / | unexpected /; expected a value | write a div b for a whole number, or -- for a comment',
    ],
    [
      'count # the number',
      'E_SYNTAX | # | unexpected #; expected the end of the expression | a comment begins with --',
    ],
    ['$type', 'E_SYNTAX | $ | unexpected $; expected a value | a column is its name alone: `city`, `properties.city`'],
    ['{type}', 'E_SYNTAX | { | unexpected {; expected a value | a column is its name alone: `city`, `properties.city`'],
    ['@type', 'E_SYNTAX | @ | unexpected @; expected a value | a column is its name alone: `city`, `properties.city`'],
    [
      'type NOT NULL',
      'E_SYNTAX | NULL | unexpected NULL; expected BETWEEN, IN, LIKE, ILIKE or RLIKE | write IS NULL or IS NOT NULL',
    ],
    ['type = ’track’', 'E_SYNTAX | ’ | unexpected character "’" | write a text between \' and \''],
    ['count − 1', 'E_SYNTAX | − | unexpected character "−" | write -'],
    ['count ≥ 1', 'E_SYNTAX | ≥ | unexpected character "≥" | write >='],
    [
      "type = 'a' || count = 1",
      "E_TYPE | type = 'a' || count = 1 | boolean and int cannot be compared | write OR: || joins texts",
    ],
    [
      '1 < count < 5',
      'E_TYPE | 1 < count < 5 | boolean and int cannot be compared | join comparisons by AND: a < b AND b < c',
    ],
    [
      "count > DATE '2026-01-01'",
      "E_TYPE | count > DATE '2026-01-01' | int and date cannot be compared | CAST one side to the type of the other",
    ],
    ['CAST(count AS text)', 'E_TYPE | text | unknown type text | write `string`'],
    ['CAST(count AS number)', 'E_TYPE | number | unknown type number | write `decimal(18,2)` or `double`'],
    ['lowr(type)', 'E_UNKNOWN_FUNCTION | lowr | unknown function lowr | did you mean lower?'],
    ['foo(type)', 'E_UNKNOWN_FUNCTION | foo | unknown function foo'],
    [
      'rand() < 0.1',
      'E_REFUSED_FUNCTION | rand | the function rand gives something else each time that a batch is computed | a share of the records that stays the same: `pmod(xxhash64(_metadata.partition, _metadata.offset), 100) < 5`',
    ],
    ['count > 1 && count < 3', 'E_SYNTAX | & | unexpected &; expected a value | write AND'],
    ['count === 1', 'E_SYNTAX | = | unexpected =; expected a value | write = to compare'],
    [
      'count = 1;',
      'E_SYNTAX | ; | unexpected ;; expected the end of the expression | an expression has no ; at its end',
    ],
    [
      'count AS n',
      'E_SYNTAX | AS | unexpected AS; expected the end of the expression | the name of a column stands before the expression: `name: expression`',
    ],
    [
      '(count, type) IN ((1, 2))',
      'E_NOT_YET | , | a row of values is not available in this version | compare its parts one by one: `a = 1 AND b = 2`',
    ],
    [
      "type COLLATE UTF8_LCASE = 'a'",
      'E_NOT_YET | COLLATE | COLLATE is not available in this version | write `lower(a) = lower(b)`',
    ],
    ['CAST(type AS varchar(3))', 'it compiles'],
    [
      'CAST(type AS interval second to day)',
      'E_TYPE | second to day | an interval has no range from second to day | there are YEAR TO MONTH, DAY TO HOUR, MINUTE or SECOND, HOUR TO MINUTE or SECOND, MINUTE TO SECOND',
    ],
    [
      'CAST(type AS char)',
      'E_TYPE | ) | char wants a length | write `char(10)`, or `string`: the length is not checked',
    ],
    ['CAST(type AS void)', 'E_TYPE | CAST(type AS void) | string cannot be cast to void'],
    [
      'type:a',
      'E_TYPE | type:a | string has no field a | JSON in a string has fields once it is read: `parse_json(text):a.b`',
    ],
    ['CURRENT_TIMESTAMP', 'it compiles'],
    ['properties:city', 'it compiles'],
    ["TIME '12:30:00'", "E_NOT_YET | TIME | the literal TIME '…' is not available in this version"],
    ["1 /* a */ /* b */ || '/*'", 'it compiles'],
    [
      'tags -> 1',
      'E_SYNTAX | -> | unexpected ->; expected the end of the expression | a lambda stands only as an argument of a function that takes one: `filter(tags, x -> x > 1)`',
    ],
    ['coalesce(x -> 1)', 'E_TYPE | x -> 1 | a lambda stands only as an argument of a function that takes one'],
    ['lower((x, x) -> 1)', 'E_SYNTAX | (x, x) -> | the lambda has two parameters x'],
    ['1 /* a /* b */', 'E_SYNTAX | /* a /* b */ | the comment is never closed'],
    [
      'lower(type) FILTER (WHERE TRUE)',
      'E_ARITY | lower(type) FILTER (WHERE TRUE) | lower takes no FILTER (WHERE …) | only an aggregate has it; write CASE WHEN … THEN … END',
    ],
    [
      'lower(type) WITHIN GROUP (ORDER BY count DESC)',
      'E_ARITY | lower(type) WITHIN GROUP (ORDER BY count DESC) | lower takes no WITHIN GROUP (ORDER BY …) | only an aggregate has it, such as listagg',
    ],
    [
      'lower(type) IGNORE NULLS',
      'E_ARITY | lower(type) IGNORE NULLS | lower takes no IGNORE NULLS | only first, last and any_value have it',
    ],
    [
      'sum(count) OVER (ORDER BY type)',
      'E_NOT_YET | OVER | OVER is not available in this version | a stream has no window of rows: the step reduceByKey aggregates by key',
    ],
    ['lower(DISTINCT type)', 'E_ARITY | lower(DISTINCT type) | lower takes no DISTINCT'],
    [
      'abs(expr => 1)',
      'E_NOT_YET | => | an argument with its name is not available in this version | leave the name out; for a comparison write >=',
    ],
    ["dateadd('month', 1, type)", "E_SYNTAX | 'month' | a unit is wanted here | write it without quotes: MONTH"],
    [
      'timestampadd(days, 1, type)',
      'E_SYNTAX | days | a unit is wanted here | did you mean DAY? the units are YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND',
    ],
    [
      'INTERVAL 1 MONTH 2 DAYS',
      'E_SYNTAX | 1 MONTH 2 DAYS | an interval is of years and months, or of days and times | add one after the other: `t + INTERVAL 1 MONTH + INTERVAL 2 DAYS`',
    ],
    [
      "INTERVAL '1' YEAR TO DAY",
      'E_SYNTAX | YEAR TO DAY | an interval has no range from YEAR to DAY | there are YEAR TO MONTH, DAY TO HOUR, MINUTE or SECOND, HOUR TO MINUTE or SECOND, MINUTE TO SECOND',
    ],
    ['INTERVAL 5', 'E_SYNTAX |  | the expression ends where a unit such as DAY is expected'],
    ["X'1G'", "E_SYNTAX | X'1G' | X'1G' has a character that is no hexadecimal digit"],
    ['type !LIKE 1', 'E_SYNTAX | ! | unexpected !; expected an operator | write NOT LIKE'],
    [
      'type ~ 1',
      'E_SYNTAX | ~ | unexpected ~; expected the end of the expression | write RLIKE to match a regular expression',
    ],
    [
      'type & 1.5',
      'E_TYPE | type & 1.5 | string & decimal(2,1) is not possible: & takes whole numbers | CAST the operands to whole numbers',
    ],
    ['~amount', 'E_TYPE | ~amount | ~ takes a whole number, not decimal(10,2) | CAST the operands to whole numbers'],
    [
      "type RLIKE '('",
      'E_REGEX | \'(\' | "(" is no regular expression for this engine: a ( that is never closed, at character 1',
    ],
    ["tags RLIKE 'a'", 'E_TYPE | tags | RLIKE takes strings, not array<string>'],
    ['type IN (SELECT 1)', 'E_NOT_YET | SELECT | a query inside an expression is not available in this version'],
    ['count NOT x', 'E_SYNTAX | x | unexpected x; expected BETWEEN, IN, LIKE, ILIKE or RLIKE'],
    ['lower()', 'E_ARITY | lower() | lower takes 1 argument, not 0'],
    ["substring('a')", "E_ARITY | substring('a') | substring takes 2 to 3 arguments, not 1"],
    ['coalesce()', 'E_ARITY | coalesce() | coalesce takes at least 1 argument, not 0'],
    ['length(*)', 'E_ARITY | length(*) | length takes no *'],
    [
      '1 + sum(count)',
      'E_AGGREGATE | sum(count) | sum is an aggregate and cannot stand here | aggregates stand in the `values` of reduceByKey, one never inside another',
    ],
    ['count AND TRUE', 'E_TYPE | count | a condition is wanted here, and this is int'],
    [
      'tags = 1',
      'E_TYPE | tags = 1 | array<string> and int cannot be compared | CAST one side to the type of the other',
    ],
    [
      'counts = counts',
      'E_TYPE | counts = counts | map<string, int> and map<string, int> cannot be compared | CAST one side to the type of the other',
    ],
    [
      "tags + 'a'",
      "E_TYPE | tags + 'a' | array<string> + string is not possible: + takes numbers | CAST the operands to numbers",
    ],
    ['-tags', 'E_TYPE | -tags | - takes a number, not array<string>'],
    ['CAST(tags AS INT)', 'E_TYPE | CAST(tags AS INT) | array<string> cannot be cast to int'],
    ['CASE WHEN TRUE THEN 1 ELSE tags END', 'E_TYPE | tags | int and array<string> have no common type'],
    [
      "split(type, '(')",
      'E_REGEX | split(type, \'(\') | "(" is no regular expression for this engine: a ( that is never closed, at character 1',
    ],
    [
      "type LIKE 'a\\\\b'",
      'E_LIKE | \'a\\\\b\' | the escape \\ in the LIKE pattern "a\\\\b" is not followed by %, _ or \\',
    ],
    ['lower(tags)', 'E_TYPE | tags | lower wants string here, and this is array<string>'],
  ])('says what is wrong with %s', (source, expected) => {
    expect(mistake(source)).toBe(expected)
  })

  it('takes any path of an open payload', () => {
    expect(mistake('a.b.c > 1 AND `x y`.z IS NULL', openScope())).toBe('it compiles')
  })

  it('limits nesting and length', () => {
    expect(mistake(`${'('.repeat(500)}1${')'.repeat(500)}`)).toContain('nested more than 200 levels deep')
    expect(mistake(`${'NOT '.repeat(500)}TRUE`)).toContain('nested more than 200 levels deep')
    expect(mistake(`CAST(1 AS ${'array<'.repeat(500)}int${'>'.repeat(500)})`)).toContain(
      'nested more than 200 levels deep',
    )
    expect(mistake(Array(1000).fill('1').join(' + '))).toContain('nested more than 200 levels deep')
    expect(mistake(`'${'x'.repeat(70_000)}'`)).toContain('longer than 65536 characters')
    expect(mistake(`count IN (${Array(5000).fill('1').join(', ')})`)).toBe('it compiles')
  })
})
