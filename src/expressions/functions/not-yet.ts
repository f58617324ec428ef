// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  abs add_months aggregate array array_append array_compact array_contains array_distinct array_except array_insert
  array_intersect array_join array_max array_min array_position array_prepend array_remove array_repeat array_size
  array_sort array_union arrays_overlap arrays_zip bigint binary bitmap_construct_agg boolean cardinality
  convert_timezone count_min_sketch countdistinct crc32 cube cume_dist curdate current_date current_time
  current_timezone date date_add date_diff date_format date_from_unix_date date_part date_sub date_trunc dateadd
  datediff datepart day dayname dayofmonth dayofweek dayofyear decimal dense_rank double element_at env exists explode
  explode_outer filter flatten float forall format_number format_string from_csv from_json from_unixtime
  from_utc_timestamp get get_json_object grouping grouping_id hash histogram_numeric hll_sketch_agg hour ilike inline
  inline_outer int is_variant_null json_array_length json_object_keys json_tuple lag last_day lead localtimestamp
  make_date make_dt_interval make_interval make_timestamp make_timestamp_ltz make_timestamp_ntz make_ym_interval map
  map_concat map_contains_key map_entries map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with
  md5 minute month monthname months_between named_struct next_day nth_value ntile parse_json parse_url percent_rank
  pmod posexplode posexplode_outer printf quarter rank reduce regexp regexp_count regexp_extract regexp_extract_all
  regexp_instr regexp_like regexp_replace regexp_substr rlike rollup row_number schema_of_json second sentences
  sequence session_window sha sha1 sha2 shiftleft shiftright shiftrightunsigned size slice smallint sort_array stack
  str_to_map string struct timestamp timestamp_micros timestamp_millis timestamp_seconds tinyint to_char to_csv
  to_date to_json to_number to_timestamp to_timestamp_ltz to_timestamp_ntz to_unix_timestamp to_utc_timestamp
  to_varchar to_variant_object transform transform_keys transform_values trunc try_element_at try_make_timestamp
  try_parse_json try_parse_url try_to_date try_to_number try_to_timestamp try_url_decode try_variant_get unix_date
  unix_micros unix_millis unix_seconds unix_timestamp url_decode url_encode variant_get version weekday weekofyear
  window window_time xxhash64 year zip_with
  `
    .trim()
    .split(/\s+/),
)

const cast = (type: string) => `write CAST(x AS ${type})`
const recordTime = '`_metadata.timestamp` is the time of the record'
const today = 'write CAST(current_timestamp() AS date)'
const inText =
  "fields of a record are paths, `payload.a`; JSON inside a text stays text: store it, and read `json_extract(payload, '$.a')` in sqlite3"
const digits = (from: number, count: number) => `write CAST(substring(CAST(t AS string), ${from}, ${count}) AS int)`
const minute = '`substring(CAST(t AS string), 1, 16)` is the minute of a timestamp'

const window =
  'a step sees no rows beside its own: keep them in a table, and use window functions of SQLite when reading'
const sets = 'a reduceByKey has one key: write a branch for each'

export const WORKAROUNDS: Readonly<Record<string, string>> = {
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
  get_json_object: inText,
  from_json: inText,
  parse_json: inText,
  json_tuple: inText,
  variant_get: 'a field of JSON is a path: `payload.a.b`',
  year: digits(1, 4),
  month: digits(6, 2),
  day: digits(9, 2),
  hour: digits(12, 2),
  minute: digits(15, 2),
  second: digits(18, 2),
  window: 'write CAST(CAST(CAST(t AS timestamp) AS bigint) div 60 * 60 AS timestamp)',
  explode: 'use the step flatMap',
  explode_outer: 'use the step flatMap',
  regexp_extract: '`split(a, regex)[n]` cuts a text up',
  row_number: window,
  rank: window,
  dense_rank: window,
  percent_rank: window,
  cume_dist: window,
  ntile: window,
  lag: window,
  lead: window,
  nth_value: window,
  grouping: sets,
  grouping_id: sets,
  cube: sets,
  rollup: sets,
  countdistinct: 'write count(DISTINCT a)',
}
