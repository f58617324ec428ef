// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
   any any_value approx_count_distinct approx_percentile array_agg bit_and bit_or bit_xor bool_and bool_or
  collect_list collect_set corr count_if countdistinct covar_pop covar_samp crc32 cube current_time date_format
  dense_rank env every explode explode_outer first first_value format_number format_string from_csv from_json
  from_unixtime get_json_object grouping hash inline inline_outer is_variant_null json_array_length
  json_object_keys json_tuple kurtosis lag last last_value lead listagg make_dt_interval make_interval
  make_ym_interval max_by md5 median min_by mode nth_value parse_json parse_url percentile percentile_approx
  percentile_cont percentile_disc posexplode posexplode_outer printf rank regr_count row_number schema_of_json
  sentences sequence session_window sha sha1 sha2 skewness some stack std
  stddev stddev_pop stddev_samp string_agg to_char to_csv to_date to_json to_number to_timestamp to_timestamp_ltz
  to_timestamp_ntz to_unix_timestamp to_varchar to_variant_object try_avg try_parse_json try_parse_url try_sum
  try_to_date try_to_number try_to_timestamp try_url_decode try_variant_get unix_timestamp url_decode url_encode
  var_pop var_samp variance variant_get version window window_time xxhash64
  `
    .trim()
    .split(/\s+/),
)

const cast = (type: string) => `write CAST(x AS ${type})`
const inText =
  "fields of a record are paths, `payload.a`; JSON inside a text stays text: store it, and read `json_extract(payload, '$.a')` in sqlite3"
const distinct = 'put the value into the `key` with a table of mode `merge`, and count its rows when reading'
const whenReading = 'keep the rows in a table, and compute it when reading'
const minute = '`substring(CAST(t AS string), 1, 16)` is the minute of a timestamp'

export const WORKAROUNDS: Readonly<Record<string, string>> = {
  to_date: cast('date'),
  to_timestamp: cast('timestamp'),
  from_unixtime: 'write CAST(CAST(x AS timestamp) AS string)',
  unix_timestamp: 'write CAST(t AS bigint)',
  to_unix_timestamp: 'write CAST(t AS bigint)',
  date_format: minute,
  get_json_object: inText,
  from_json: inText,
  parse_json: inText,
  json_tuple: inText,
  variant_get: 'a field of JSON is a path: `payload.a.b`',
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
