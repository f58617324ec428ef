// @ts-check
// Barriers of expressions: what is evaluated where, which values are refused, what a pattern means.

const order = 'test/expressions/evaluation-order.test.ts'
const times = 'test/expressions/times.test.ts'
const binary = 'test/expressions/binary.test.ts'
const hostile = 'test/expressions/hostile.test.ts'
const regex = 'test/expressions/differential-regex.test.ts'
const kernels = 'test/expressions/runtime/kernels.test.ts'
const layouts = 'test/expressions/runtime/layouts.test.ts'
const likeJava = 'regular expressions beside Java match the same, or are refused, and few are'
const units = "a time outside of 1685 to 2255 is refused in the units of its user: CAST('9999-12-31' AS timestamp)"

/** @type {readonly import('./run.mjs').Mutant[]} */
export const expressionMutants = [
  {
    name: 'NULL looked for in a list',
    file: 'src/expressions/runtime/compile.ts',
    find: 'let open = withoutNulls(column, selection)',
    replace: 'let open = narrow(selection, () => true)',
    test: [order, 'evaluation keeps NULL apart from a value: n NOT IN (5, id)'],
  },
  {
    name: 'list with a NULL says false',
    file: 'src/expressions/runtime/compile.ts',
    find: 'if (candidate === null) nulls[row] = 1\n',
    replace: 'if (candidate === null) nulls[row] = 0\n',
    test: [order, 'evaluation keeps NULL apart from a value: n NOT IN (id, NULL)'],
  },
  {
    name: 'list searched behind a match',
    file: 'src/expressions/runtime/compile.ts',
    find: 'return values[row] === 0\n',
    replace: 'return true\n',
    test: [order, 'evaluation ends a search at the first match: n IN (5, 1 div zero)'],
  },
  {
    name: 'operand evaluated behind a NULL',
    file: 'src/expressions/runtime/lift.ts',
    find: 'if (isStrict && argument.canFail)',
    replace: 'if (isStrict && columns.length < 0)',
    test: [order, 'evaluation stops at an operand that is NULL: n * (1 / zero)'],
  },
  {
    name: 'row that was not evaluated given a value',
    file: 'src/expressions/runtime/lift.ts',
    find: 'open.count === selection.count ? result : nullElsewhere(result, frame.length, open)',
    replace: 'result ?? nullElsewhere(result, frame.length, open)',
    test: [layouts, 'evaluators give the same for a row whatever else is selected'],
  },
  {
    name: 'dividend evaluated before the divisor',
    file: 'src/expressions/runtime/arithmetic.ts',
    find: "const lastFirst = name === '/' || name === '%' || name === 'div'",
    replace: 'const lastFirst = false',
    test: [order, 'evaluation looks at a divisor before the dividend: CAST(1 div zero AS int) / n'],
  },
  {
    name: 'TRUE in a decimal without whole digits',
    file: 'src/expressions/casts/cast.ts',
    find: 'value === true ? checked(one, to.precision, to.scale) : 0n',
    replace: 'value === true ? one : 0n',
    test: ['test/expressions/golden.test.ts', 'expressions beside Spark UTC: CAST(TRUE AS decimal(1,1))'],
  },
  {
    name: 'ill-formed bytes replaced',
    file: 'src/expressions/casts/cast.ts',
    find: 'renderer(from, zone, bytesToText)',
    replace: 'renderer(from, zone)',
    test: [binary, 'bytes that are no UTF-8 are refused, and never two keys made one'],
  },
  {
    name: 'mark of the byte order cut off',
    file: 'src/values/utf8.ts',
    find: 'ignoreBOM: true',
    replace: 'ignoreBOM: false',
    test: [binary, 'bytes keep the mark of their order'],
  },
  {
    name: 'time taken that a number does not hold',
    file: 'src/expressions/casts/times.ts',
    find: 'if (!(micros >= MIN_MICROS && micros <= MAX_MICROS)) throw',
    replace: 'if (!(micros >= MIN_MICROS || micros <= MAX_MICROS)) throw',
    test: [times, units],
  },
  {
    name: "record's time taken that a number does not hold",
    file: 'src/metadata.ts',
    find: 'if (millis > MAX_MILLIS) rejects',
    replace: 'if (millis > MAX_MILLIS * 1e9) rejects',
    test: [
      times,
      'a time outside of 1685 to 2255 is refused as the timestamp of a record, which Kafka takes whatever it is',
    ],
  },
  {
    name: 'zone of a local time dropped',
    file: 'src/expressions/casts/from-json.ts',
    find: "to.kind === 'timestamp_ntz' && namesZone(text)",
    replace: 'false',
    test: [
      times,
      'fields of JSON are read more strictly than they are cast: timestamp_ntz from "2026-01-01T00:00:00+02:00"',
    ],
  },
  {
    name: 'clocks changed at the quarter of an hour',
    file: 'src/values/zone.ts',
    find: '{ from, until: after, offset },\n    { from: after, until, offset: next },',
    replace: '{ from, until, offset },\n    { from: until, until, offset: next },',
    test: [times, 'time zones change their clocks to the second'],
  },
  {
    name: 'zones spelt in any way',
    file: 'src/values/zone.ts',
    find: 'named(exact, isSpeltRight)',
    replace: 'named(exact, () => true)',
    test: [times, 'time zones europe/berlin in a text is one: false'],
  },
  {
    name: 'exponent of a million raised',
    file: 'src/values/decimal.ts',
    find: 'digits.length - Math.min(exponent, MAX_EXPONENT)',
    replace: 'digits.length - exponent',
    test: [hostile, 'hostile values of variant are cast or refused'],
  },
  {
    name: 'text made that is too long',
    file: 'src/values/text-limit.ts',
    find: 'if (length > MAX_TEXT) throw tooLong()',
    replace: 'if (length > 2 * MAX_TEXT) throw tooLong()',
    test: [hostile, 'hostile values make no text that is too long for one'],
  },
  {
    name: 'argument evaluated where the filter drops the row',
    file: 'src/transforms/reduce-by-key/fold.ts',
    find: 'columns.push(evaluate(frame, kept))',
    replace: 'columns.push(evaluate(frame, selection))',
    test: [
      'test/transforms/reduce-by-key.test.ts',
      'reduceByKey evaluates arguments only at the rows that the filter keeps',
    ],
  },
  {
    name: 'collected values kept and not counted',
    file: 'src/expressions/aggregates/states.ts',
    find: 'this.#keptBytes += bytes\n',
    replace: '',
    test: [
      'test/transforms/reduce-by-key.test.ts',
      'reduceByKey counts what a batch keeps of the values that it collects',
    ],
  },
  {
    name: 'infinity added up',
    file: 'src/expressions/aggregates/sums.ts',
    find: 'if (Number.isFinite(value)) return value as number',
    replace: 'if (value !== null) return value as number',
    test: ['test/expressions/aggregates.test.ts', 'compileAggregates refuses the record of 1e400 before it is added'],
  },
  {
    name: 'dot matches all ends of lines but the newline',
    file: 'src/expressions/regex/properties.ts',
    find: "ranges('\\n\\n\\r\\r\\u0085\\u0085\\u2028\\u2029')",
    replace: "ranges('\\n\\n')",
    test: [regex, likeJava],
  },
  {
    name: '$ matches only at the very end',
    file: 'src/expressions/regex/place.ts',
    find: 'return left < 2 && isLineEnd(text, at)',
    replace: 'return left === 0',
    test: [regex, likeJava],
  },
  {
    name: 'intersection of classes taken for a union',
    file: 'src/expressions/regex/char-class.ts',
    find: 'intersection(set, operand)',
    replace: 'union(set, operand, intersection(set, operand))',
    test: [regex, likeJava],
  },
  {
    name: 'digits beyond 2^53 taken for exact',
    file: 'src/values/number-bytes.ts',
    find: 'const EXACT_DIGITS = 15',
    replace: 'const EXACT_DIGITS = 18',
    test: [kernels, 'kernels read numbers as texts are read'],
  },
  {
    name: 'integer -0 read from bytes',
    file: 'src/values/number-bytes.ts',
    find: 'return sign === MINUS ? 0 - value : value\n}\n\n/** The whole part',
    replace: 'return sign === MINUS ? -value : value\n}\n\n/** The whole part',
    test: [kernels, 'kernels read numbers as texts are read'],
  },
  {
    name: 'integer beyond its type read from bytes',
    file: 'src/expressions/casts/span-kernel.ts',
    find: 'return value < limit && value >= -limit ? value : Number.NaN',
    replace: 'return value',
    test: [kernels, 'kernels read numbers as texts are read'],
  },
  {
    name: 'text with escapes read from its bytes',
    file: 'src/expressions/functions/split-bytes.ts',
    find: 'if (end < 0) return undefined',
    replace: '',
    test: [kernels, 'kernels split as texts are split'],
  },
  {
    name: '-2^53 taken for a safe integer',
    file: 'src/values/int64.ts',
    find: 'high <= -MAX_HIGH',
    replace: 'high < -MAX_HIGH',
    test: ['test/values/int64.test.ts', 'a 64-bit integer is no number beyond'],
  },
  {
    name: 'leap second read from bytes',
    file: 'src/values/time-bytes.ts',
    find: 'second <= 59',
    replace: 'second <= 60',
    test: [kernels, 'kernels read times as texts are read'],
  },
  {
    name: 'time beyond its range read from bytes',
    file: 'src/values/time-bytes.ts',
    find: 'if (!(date <= MAX_READ && date >= -MAX_READ)) return Number.NaN',
    replace: 'if (Number.isNaN(date)) return Number.NaN',
    test: [kernels, 'kernels read times as texts are read'],
  },
  {
    name: 'sum of integers beyond its type computed by columns',
    file: 'src/expressions/runtime/arithmetic.ts',
    find: 'return result < limit && result >= -limit ? result : Number.NaN',
    replace: 'return result',
    test: [kernels, 'kernels compute as values are computed'],
  },
  {
    name: 'decimals compared by their digits',
    file: 'src/expressions/runtime/compare-kernel.ts',
    find: ' || scaleOf(left) !== scaleOf(right)',
    replace: '',
    test: [kernels, 'kernels compare decimals by what they are, not by their digits'],
  },
  {
    name: 'product beyond 2^53 taken for exact',
    file: 'src/expressions/runtime/integer-kernel.ts',
    find: 'const EXACT = 2 ** 53',
    replace: 'const EXACT = 2 ** 63',
    test: [kernels, 'kernels compute as values are computed'],
  },
  {
    name: 'codes of an older dictionary taken for those of the next',
    file: 'src/transforms/reduce-by-key/key-codes.ts',
    find: 'dictionaries.every((each, i) => each === this.#dictionaries[i])',
    replace: 'dictionaries.length > 0',
    test: [
      'test/transforms/reduce-by-key/groups.test.ts',
      'groups of several columns are the same with ids and without',
    ],
  },
]
