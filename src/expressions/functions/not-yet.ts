// Functions of Spark that this version does not have, and what does the same for some of them.

export const NOT_YET: ReadonlySet<string> = new Set(
  `
  countdistinct cube current_time dense_rank env grouping  
   lag lead nth_value rank row_number sentences session_window 
  window window_time
  `
    .trim()
    .split(/\s+/),
)

const ordered =
  'a step sees no rows beside its own: keep them in a table, and use window functions of SQLite when reading'
const sets = 'a reduceByKey has one key: write a branch for each'
const periods = "write date_trunc('minute', t) for windows of a minute, an hour, a day …"

export const WORKAROUNDS: Readonly<Record<string, string>> = {
  ...all(
    ['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'lag', 'lead', 'nth_value'],
    ordered,
  ),
  ...all(['grouping', 'grouping_id', 'cube', 'rollup'], sets),
  ...all(['window', 'window_time'], periods),
}

function all(names: readonly string[], hint: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, hint]))
}
