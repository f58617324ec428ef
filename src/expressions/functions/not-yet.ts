// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  any any_value approx_count_distinct approx_percentile array_agg bit_and bit_or bit_xor bool_and bool_or
  collect_list collect_set corr count_if countdistinct covar_pop covar_samp crc32 cube current_time
  dense_rank env every explode explode_outer first first_value format_number format_string from_csv from_json
  get_json_object grouping hash ilike inline inline_outer is_variant_null json_array_length
  json_object_keys json_tuple kurtosis lag last last_value lead listagg
  max_by md5 median min_by mode nth_value parse_json parse_url percentile percentile_approx
  percentile_cont percentile_disc posexplode posexplode_outer printf rank regr_count row_number schema_of_json
  sentences sequence session_window sha sha1 sha2 skewness some stack std
  stddev stddev_pop stddev_samp string_agg to_char to_csv to_json to_number
  to_varchar to_variant_object try_avg try_parse_json try_parse_url try_sum
  try_to_number try_url_decode try_variant_get url_decode url_encode
  var_pop var_samp variance variant_get version window window_time xxhash64
  `
    .trim()
    .split(/\s+/),
)

const inText =
  "fields of a record are paths, `payload.a`; JSON inside a text stays text: store it, and read `json_extract(payload, '$.a')` in sqlite3"
const distinct = 'put the value into the `key` with a table of mode `merge`, and count its rows when reading'
const whenReading = 'keep the rows in a table, and compute it when reading'

export const WORKAROUNDS: Readonly<Record<string, string>> = {
  get_json_object: inText,
  from_json: inText,
  parse_json: inText,
  json_tuple: inText,
  variant_get: 'a field of JSON is a path: `payload.a.b`',
  window: "write date_trunc('MINUTE', t)",
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
