// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  countdistinct cube current_time dense_rank env explode explode_outer format_number format_string from_csv from_json
  get_json_object grouping inline inline_outer is_variant_null json_array_length json_object_keys json_tuple lag lead
  make_dt_interval make_interval make_ym_interval nth_value parse_json posexplode posexplode_outer printf rank
  row_number schema_of_json sentences sequence session_window stack to_csv to_json to_variant_object try_parse_json
  try_variant_get variant_get window window_time
  `
    .trim()
    .split(/\s+/),
)

const inText =
  "fields of a record are paths, `payload.a`; JSON inside a text stays text: store it, and read `json_extract(payload, '$.a')` in sqlite3"

const window =
  'a step sees no rows beside its own: keep them in a table, and use window functions of SQLite when reading'
const sets = 'a reduceByKey has one key: write a branch for each'

export const WORKAROUNDS: Readonly<Record<string, string>> = {
  get_json_object: inText,
  from_json: inText,
  parse_json: inText,
  json_tuple: inText,
  variant_get: 'a field of JSON is a path: `payload.a.b`',
  window: "write date_trunc('minute', t) for windows of a minute, an hour, a day …",
  explode: 'use the step flatMap',
  explode_outer: 'use the step flatMap',
}
