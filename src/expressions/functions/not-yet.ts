// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  bitmap_construct_agg count_min_sketch countdistinct crc32 cube cume_dist current_time date_format dense_rank env
  explode explode_outer format_number format_string from_csv from_json from_unixtime get_json_object grouping
  grouping_id hash histogram_numeric hll_sketch_agg ilike inline inline_outer is_variant_null json_array_length
  json_object_keys json_tuple lag lead make_dt_interval make_interval make_ym_interval md5 nth_value ntile parse_json
  parse_url percent_rank posexplode posexplode_outer printf rank rollup row_number schema_of_json sentences sequence
  session_window sha sha1 sha2 stack to_char to_csv to_date to_json to_number to_timestamp to_timestamp_ltz
  to_timestamp_ntz to_unix_timestamp to_varchar to_variant_object try_parse_json try_parse_url try_to_date
  try_to_number try_to_timestamp try_url_decode try_variant_get unix_timestamp url_decode url_encode variant_get
  version window window_time xxhash64
  `
    .trim()
    .split(/\s+/),
)

const cast = (type: string) => `write CAST(x AS ${type})`
const inText =
  "fields of a record are paths, `payload.a`; JSON inside a text stays text: store it, and read `json_extract(payload, '$.a')` in sqlite3"
const minute = '`substring(CAST(t AS string), 1, 16)` is the minute of a timestamp'

const window =
  'a step sees no rows beside its own: keep them in a table, and use window functions of SQLite when reading'
const sets = 'a reduceByKey has one key: write a branch for each'

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
  explode: 'use the step flatMap',
  explode_outer: 'use the step flatMap',
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
