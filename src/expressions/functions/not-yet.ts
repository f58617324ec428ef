// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  abs add_months any any_value approx_count_distinct approx_percentile array_agg


  ascii bigint binary bit_and bit_length bit_or bit_xor bool_and bool_or boolean char chr collect_list
  collect_set concat_ws contains convert_timezone corr count_if countdistinct covar_pop covar_samp crc32 cube curdate
  current_date current_time current_timezone date date_add date_diff date_format date_from_unix_date date_part
  date_sub date_trunc dateadd datediff datepart day dayname dayofmonth dayofweek dayofyear decimal dense_rank double
  elt encode endswith env every explode explode_outer extract find_in_set first first_value
  float format_number format_string from_csv from_unixtime from_utc_timestamp
  grouping hash hour ilike initcap inline inline_outer instr int is_valid_utf8
  json_tuple kurtosis lag last last_day last_value lcase lead left levenshtein
  listagg localtimestamp locate lpad luhn_check make_date make_dt_interval make_interval make_timestamp
  make_timestamp_ltz make_timestamp_ntz make_valid_utf8 make_ym_interval
  mask max_by md5 median min_by minute
  mode month monthname months_between next_day nth_value octet_length overlay
  parse_url percentile percentile_approx percentile_cont percentile_disc pmod posexplode posexplode_outer position
  printf quarter rank regexp regexp_count regexp_extract regexp_extract_all regexp_instr regexp_like
  regexp_replace regexp_substr regr_count repeat replace reverse right rlike row_number rpad second
  sentences session_window sha sha1 sha2 shiftleft shiftright shiftrightunsigned skewness smallint
  some soundex space split_part stack startswith std stddev stddev_pop stddev_samp string
  string_agg substring_index timestamp timestamp_micros timestamp_millis timestamp_seconds tinyint to_binary
  to_char to_csv to_date to_number to_timestamp to_timestamp_ltz to_timestamp_ntz to_unix_timestamp
  to_utc_timestamp to_varchar translate trunc
  try_avg try_cast try_make_timestamp try_parse_url
  try_sum try_to_binary try_to_date try_to_number try_to_timestamp try_url_decode ucase
  unbase64 unix_date unix_micros unix_millis unix_seconds unix_timestamp url_decode url_encode validate_utf8 var_pop
  var_samp variance version weekday weekofyear window window_time xxhash64 year
  `
    .trim()
    .split(/\s+/),
)

/** Those of them that are called without brackets. */
export const WITHOUT_BRACKETS: ReadonlySet<string> = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'current_user',
  'localtimestamp',
  'session_user',
  'user',
])

const cast = (type: string) => `write CAST(x AS ${type})`
const recordTime = '`_metadata.timestamp` is the time of the record'
const today = 'write CAST(current_timestamp() AS date)'
const inText =
  "fields of a record are paths, `payload.a`; JSON inside a text stays text: store it, and read `json_extract(payload, '$.a')` in sqlite3"
const distinct = 'put the value into the `key` with a table of mode `merge`, and count its rows when reading'
const digits = (from: number, count: number) => `write CAST(substring(CAST(t AS string), ${from}, ${count}) AS int)`
const whenReading = 'keep the rows in a table, and compute it when reading'
const minute = '`substring(CAST(t AS string), 1, 16)` is the minute of a timestamp'

export const WORKAROUNDS: Readonly<Record<string, string>> = {
  lcase: 'write lower(a)',
  ucase: 'write upper(a)',
  left: 'write substring(a, 1, n)',
  right: 'write substring(a, -n)',
  contains: "write a LIKE '%b%'",
  startswith: "write a LIKE 'b%'",
  endswith: "write a LIKE '%b'",
  concat_ws: "write concat(a, ', ', b)",
  string: cast('string'),
  double: cast('double'),
  float: cast('float'),
  tinyint: cast('tinyint'),
  smallint: cast('smallint'),
  int: cast('int'),
  bigint: cast('bigint'),
  boolean: cast('boolean'),
  decimal: cast('decimal(10,2)'),
  binary: cast('binary'),
  date: cast('date'),
  timestamp: cast('timestamp'),
  to_date: cast('date'),
  to_timestamp: cast('timestamp'),
  from_unixtime: 'write CAST(CAST(x AS timestamp) AS string)',
  unix_timestamp: 'write CAST(t AS bigint)',
  to_unix_timestamp: 'write CAST(t AS bigint)',
  date_add: 'write day + 7',
  date_sub: 'write day - 7',
  date_trunc: minute,
  date_format: minute,
  current_date: today,
  curdate: today,
  localtimestamp: recordTime,
  json_tuple: inText,
  year: digits(1, 4),
  month: digits(6, 2),
  day: digits(9, 2),
  hour: digits(12, 2),
  minute: digits(15, 2),
  second: digits(18, 2),
  window: 'write CAST(CAST(CAST(t AS timestamp) AS bigint) div 60 * 60 AS timestamp)',
  approx_count_distinct: distinct,
  collect_set: distinct,
  median: whenReading,
  percentile: whenReading,
  percentile_approx: whenReading,
  approx_percentile: whenReading,
  count_if: 'write sum(CASE WHEN a THEN 1 ELSE 0 END)',
  explode: 'use the step flatMap',
  explode_outer: 'use the step flatMap',
  regexp_extract: '`split(a, regex)[n]` cuts a text up',
}
