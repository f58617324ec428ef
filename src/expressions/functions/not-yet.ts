// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  countdistinct cube current_time dense_rank env explode explode_outer format_number format_string from_csv grouping
  inline inline_outer json_tuple lag lead make_dt_interval make_interval make_ym_interval nth_value posexplode
  posexplode_outer printf rank row_number sentences session_window stack to_csv window window_time
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
  json_tuple: inText,
  window: "write date_trunc('minute', t) for windows of a minute, an hour, a day …",
  explode: 'use the step flatMap',
  explode_outer: 'use the step flatMap',
}
