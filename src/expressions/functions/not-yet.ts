// Functions of Spark that this version does not have.

export const NOT_YET: ReadonlySet<string> = new Set(
  `abs acos add_months aggregate any any_value approx_count_distinct array array_agg array_contains array_distinct
  array_join array_max array_min array_position array_size ascii asin atan atan2 bin bit_and bit_count bit_length
  bit_or bit_xor bool_and bool_or cardinality cbrt ceil ceiling char chr collect_list
  collect_set concat_ws contains corr cos cosh count_if countdistinct covar_pop covar_samp crc32 cube current_date
  current_timestamp current_timezone date date_add date_diff date_format date_from_unix_date date_part date_sub
  date_trunc dateadd datediff datepart day dayname dayofmonth dayofweek dayofyear degrees dense_rank e element_at
  elt encode endswith env equal_null every exists exp explode explode_outer expm1 extract factorial filter find_in_set
  first first_value flatten floor forall format_number format_string from_csv from_json from_unixtime
  from_utc_timestamp get get_json_object greatest grouping hash hour hypot if ifnull ilike initcap inline instr int
  is_variant_null isnan isnotnull isnull json_array_length json_object_keys json_tuple kurtosis lag last last_day
  last_value lcase lead least left levenshtein listagg ln locate log log10 log1p log2 lpad make_date
  make_timestamp map map_concat map_entries map_filter map_from_arrays map_keys map_values mask max_by md5 median
  min_by minute mod mode month monthname months_between named_struct nanvl negative next_day now nth_value nullif
  nullifzero nvl nvl2 octet_length overlay parse_json parse_url percentile percentile_approx pi pmod position positive
  posexplode pow power printf quarter radians raise_error rand randn random rank reduce regexp regexp_count
  regexp_extract regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr regr_count repeat replace
  reverse right rint rlike round row_number rpad schema_of_json second sentences sequence session_window sha sha1 sha2
  shiftleft shiftright shuffle sign signum sin sinh size skewness slice some sort_array soundex space split_part sqrt
  stack startswith std stddev stddev_pop stddev_samp str_to_map string_agg struct substring_index tan tanh
  timestamp timestamp_micros timestamp_millis timestamp_seconds to_char to_csv to_date to_json to_number
  to_timestamp to_unix_timestamp to_utc_timestamp to_variant_object transform translate trunc try_add try_avg try_cast
  try_divide try_multiply try_parse_json try_subtract try_sum try_to_number try_to_timestamp try_variant_get typeof
  ucase unbase64 unix_date unix_micros unix_millis unix_seconds unix_timestamp url_decode url_encode uuid
  var_pop var_samp variance variant_get weekday weekofyear width_bucket window window_time xxhash64 year zeroifnull
  zip_with`.split(/\s+/),
)
