// Functions of Spark whose result is another one each time, or belongs to a cluster: a batch that is computed again after a
// crash, or replayed, would give other results. What to write instead.

const sample =
  'a share of the records that stays the same: `pmod(xxhash64(_metadata.partition, _metadata.offset), 100) < 5`'
const id =
  "an id of the record that stays the same: `md5(concat_ws('/', _metadata.topic, _metadata.partition, _metadata.offset))`"
const changes = 'gives something else each time that a batch is computed'
const noUser = 'a pipeline has no user and no catalog'

type Refused = { readonly reason: string; readonly hint: string }

const REFUSED: Readonly<Record<string, Refused>> = {
  ...refused(['rand', 'random', 'randn', 'uniform', 'randstr'], changes, sample),
  ...refused(['shuffle'], changes, 'an order that stays the same: `array_sort(a)`'),
  ...refused(['uuid'], changes, id),
  ...refused(
    ['monotonically_increasing_id'],
    'counts on from another number after a restart',
    'the number of the record in its partition: `_metadata.offset`',
  ),
  ...refused(['spark_partition_id'], 'belongs to a cluster', 'the partition of the topic: `_metadata.partition`'),
  ...refused(
    ['input_file_name', 'input_file_block_start', 'input_file_block_length'],
    'belongs to the files of a cluster',
    'where the record comes from: `_metadata.topic`, `_metadata.partition`, `_metadata.offset`',
  ),
  ...refused(
    ['current_catalog', 'current_database', 'current_schema', 'current_user', 'session_user', 'user'],
    noUser,
    'write the name itself',
  ),
}

function refused(names: readonly string[], reason: string, hint: string): Record<string, Refused> {
  return Object.fromEntries(names.map((name) => [name, { reason, hint }]))
}

/** Why there is no such function, and what to write; undefined for every other name. */
export function refusal(name: string): Refused | undefined {
  return Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined
}
