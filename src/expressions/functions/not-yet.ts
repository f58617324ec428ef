// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  abs add_months aggregate any any_value approx_count_distinct approx_percentile array array_agg array_append
  array_compact array_contains array_distinct array_except array_insert array_intersect array_join array_max array_min
  array_position array_prepend array_remove array_repeat array_size array_sort array_union arrays_overlap arrays_zip
  bigint binary bit_and bit_or bit_xor bool_and bool_or boolean cardinality collect_list collect_set convert_timezone
  corr count_if countdistinct covar_pop covar_samp cube curdate current_date current_time current_timezone date
  date_add date_diff date_format date_from_unix_date date_part date_sub date_trunc dateadd datediff datepart day
  dayname dayofmonth dayofweek dayofyear decimal dense_rank double element_at env every exists explode explode_outer
  filter first first_value flatten float forall from_csv from_json from_unixtime from_utc_timestamp get
  get_json_object grouping hour ilike inline inline_outer int is_variant_null json_array_length json_object_keys
  json_tuple kurtosis lag last last_day last_value lead listagg localtimestamp make_date make_dt_interval
  make_interval make_timestamp make_timestamp_ltz make_timestamp_ntz make_ym_interval map map_concat map_contains_key
  map_entries map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with max_by median min_by minute
  mode month monthname months_between named_struct next_day nth_value parse_json percentile percentile_approx
  percentile_cont percentile_disc pmod posexplode posexplode_outer quarter rank reduce regr_count row_number
  schema_of_json second sentences sequence session_window shiftleft shiftright shiftrightunsigned size skewness slice
  smallint some sort_array stack std stddev stddev_pop stddev_samp str_to_map string string_agg struct timestamp
  timestamp_micros timestamp_millis timestamp_seconds tinyint to_csv to_date to_json to_timestamp to_timestamp_ltz
  to_timestamp_ntz to_unix_timestamp to_utc_timestamp to_variant_object transform transform_keys transform_values
  trunc try_avg try_element_at try_make_timestamp try_parse_json try_sum try_to_date try_to_timestamp try_variant_get
  unix_date unix_micros unix_millis unix_seconds unix_timestamp var_pop var_samp variance variant_get weekday
  weekofyear window window_time year zip_with
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
  approx_count_distinct: distinct,
  collect_set: distinct,
  median: whenReading,
  percentile: whenReading,
  percentile_approx: whenReading,
  approx_percentile: whenReading,
  count_if: 'write sum(CASE WHEN a THEN 1 ELSE 0 END)',
  explode: 'use the step flatMap',
  explode_outer: 'use the step flatMap',
}
