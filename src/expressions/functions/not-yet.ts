// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  abs aggregate any any_value approx_count_distinct approx_percentile array array_agg array_append
  array_compact array_contains array_distinct array_except array_insert array_intersect array_join array_max array_min
  array_position array_prepend array_remove array_repeat array_size array_sort array_union arrays_overlap arrays_zip
  ascii bit_and bit_length bit_or bit_xor bool_and bool_or cardinality char chr collect_list
  collect_set concat_ws contains corr count_if countdistinct covar_pop covar_samp crc32 cube
  current_time
  dense_rank
  element_at elt encode endswith env every exists explode explode_outer filter find_in_set first first_value flatten
  forall format_number format_string from_csv from_json get get_json_object
  grouping hash ilike initcap inline inline_outer instr is_valid_utf8 is_variant_null json_array_length
  json_object_keys json_tuple kurtosis lag last last_value lcase lead left levenshtein listagg
  locate lpad luhn_check make_dt_interval make_interval
  make_valid_utf8 make_ym_interval map map_concat map_contains_key map_entries map_filter map_from_arrays
  map_from_entries map_keys map_values map_zip_with mask max_by md5 median min_by mode
  named_struct nth_value octet_length overlay parse_json parse_url percentile
  percentile_approx percentile_cont percentile_disc pmod posexplode posexplode_outer position printf rank
  reduce regexp regexp_count regexp_extract regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr
  regr_count repeat replace reverse right rlike row_number rpad schema_of_json sentences sequence
  session_window sha sha1 sha2 shiftleft shiftright shiftrightunsigned size skewness slice some sort_array
  soundex space split_part stack startswith std stddev stddev_pop stddev_samp str_to_map string_agg struct
  substring_index to_binary to_char to_csv
  to_json to_number
  to_varchar to_variant_object transform transform_keys transform_values translate try_avg try_element_at
  try_parse_json try_parse_url try_sum try_to_binary try_to_number
  try_url_decode try_variant_get ucase unbase64
  url_decode url_encode validate_utf8 var_pop var_samp variance variant_get version window
  window_time xxhash64 zip_with
  `
    .trim()
    .split(/\s+/),
)

/** Those of them that are called without brackets. */
export const WITHOUT_BRACKETS: ReadonlySet<string> = new Set([
  'current_time',
  'current_timestamp',
  'current_user',
  'localtimestamp',
  'session_user',
  'user',
])

const inText =
  "fields of a record are paths, `payload.a`; JSON inside a text stays text: store it, and read `json_extract(payload, '$.a')` in sqlite3"
const distinct = 'put the value into the `key` with a table of mode `merge`, and count its rows when reading'
const whenReading = 'keep the rows in a table, and compute it when reading'

export const WORKAROUNDS: Readonly<Record<string, string>> = {
  lcase: 'write lower(a)',
  ucase: 'write upper(a)',
  left: 'write substring(a, 1, n)',
  right: 'write substring(a, -n)',
  contains: "write a LIKE '%b%'",
  startswith: "write a LIKE 'b%'",
  endswith: "write a LIKE '%b'",
  concat_ws: "write concat(a, ', ', b)",
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
  regexp_extract: '`split(a, regex)[n]` cuts a text up',
}
