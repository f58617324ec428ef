// Expressions of corpus/*.txt whose answer differs from Spark's on purpose, by the reason that docs/expressions.md gives.

const BY_REASON: Readonly<Record<string, readonly string[]>> = {
  'Doubles and floats are written with the fewest digits': [
    'CAST(5e-324D AS STRING)',
    'CAST(i AS float)',
    'CAST(ts AS float)',
  ],
  'Timestamps lie between 1685 and 2255': [
    'try_cast(dt AS timestamp)',
    'timestampadd(HOUR, 1, dt)',
    "datediff(DAY, DATE '2026-01-01', dt)",
    'date_diff(YEAR, dt, ts)',
    'dt = ts',
    'ts >= dt',
    'CAST(dt AS TIMESTAMP)',
    'coalesce(dt, ts)',
    'CAST(l AS timestamp)',
    'CAST(dt AS timestamp_ntz)',
    "dt + INTERVAL '5' HOUR",
    "dt - INTERVAL '5' HOUR",
    'ts - dt',
    'dt - ts',
    'coalesce(dt, CAST(ts AS timestamp_ntz))',
  ],
  'A variant that was a binary or a timestamp is a string': ['CAST(ts AS variant)'],
  'A double of 2^63 is no bigint': ['CAST(9223372036854775807D AS BIGINT)'],
  'Words for times are no times': [`CAST('12:30:05' AS TIMESTAMP)`],
  'NaN and infinity are no decimals': [
    'CAST(f AS DECIMAL(10,2))',
    'CAST(d AS DECIMAL(10,2))',
    'ceil(d, -1)',
    'floor(d, -1)',
    'ceil(d, 1)',
    'floor(d, 1)',
  ],
  'Exact where Spark goes through double or wraps around': ['abs(w)', 'negative(w)', 'try_add(dt, i)'],
  'Bytes that are no UTF-8 are no string': ["make_valid_utf8(CAST(X'61C3E280' AS STRING))"],
  '`decode` has the type of its results': ["decode(1, '1', 2, 2, 3.5)"],
  "Some of Java's formats are refused": [
    "format_number(12345, '0.##E0')",
    "format_number(12345, '##0.##E0')",
    "format_string('%s', array(1,2))",
    "format_string('%s', struct(1))",
    "format_string('%a', 1.0D)",
  ],
  'Digits of other scripts are no digits': [
    'try_cast(u AS decimal(3,1))',
    'TRY_CAST(u AS decimal(5,1))',
    "to_number(u, '9.9')",
    "try_to_number(u, '9.9')",
  ],
  'A variant keeps its text': ['try_cast(v AS string)', 'CAST(v AS STRING)', 'hex(v)'],
  'div of decimals fails where the result is no bigint': ['w div 7', 'w div 3', '99999999999999999999.9 div 3'],
  'Hexadecimal doubles are not read': [`CAST('0x1p3' AS DOUBLE)`],
  'What names no column and always fails, fails where a row needs it': [
    "b IN ('true', 'x')",
    "dt IN ('2026-01-31', '2026-02-30')",
    "i + CAST('x' AS int) IS NULL",
    'i IN (1, CAST(1 div 0 AS int))',
    'i IN (CAST(1 div 0 AS int), 1)',
    's || CAST(1 div 0 AS string)',
    'substring(s, CAST(1 div 0 AS int))',
  ],
  'A NULL index gives NULL': [`split('a,b', ',')[i]`],
}

/** Expression → reason. */
export const DIFFERENCES: ReadonlyMap<string, string> = new Map(
  Object.entries(BY_REASON).flatMap(([reason, expressions]) =>
    expressions.map((expression) => [expression, reason] as const),
  ),
)
