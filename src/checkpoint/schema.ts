// The tables of a state file. docs/state-file.md explains them.

/** `sprk` in ASCII, in the SQLite header of every state file. */
export const APPLICATION_ID = 0x7370726b

/** Rises when the tables change. A file with a higher version is refused, one with a lower version is upgraded. */
export const SCHEMA_VERSION = 4

/** Since version 2. */
const MOVES = `
CREATE TABLE sprk_moves (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  topic TEXT NOT NULL,
  topic_id TEXT,
  partition INTEGER NOT NULL,
  from_offset INTEGER NOT NULL,
  to_offset INTEGER NOT NULL,
  cause TEXT NOT NULL
) STRICT;
`

/**
 * Since version 3 with these columns; no earlier version put rows into it. A block begins where the one before it ends, or
 * names the step between them: `moved_from` and `move_cause`.
 */
const BLOCKS = `
CREATE TABLE sprk_blocks (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  topic TEXT NOT NULL,
  topic_id TEXT,
  partition INTEGER NOT NULL,
  from_offset INTEGER NOT NULL,
  until_offset INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  moved_from INTEGER,
  move_cause TEXT,
  leader_epoch INTEGER,
  tail_hash TEXT,
  aborted TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
`

/** Since version 3: records a second that rates allowed. */
const RATE = 'ALTER TABLE sprk_batches ADD COLUMN rate REAL;'

/** Version 1 could save the leader epoch of the batch before the last one, which looks like a truncation. */
const FORGET_EPOCHS = 'UPDATE sprk_offsets SET leader_epoch = NULL;'

/**
 * Since version 4: what is known of batches that were pruned, a row for each day, and of the ranges that they read, a row for
 * each partition and topic id (empty: unknown).
 */
const PRUNED = `
CREATE TABLE sprk_pruned (
  first_batch_id INTEGER PRIMARY KEY,
  last_batch_id INTEGER NOT NULL,
  batch_time INTEGER NOT NULL,
  committed_at INTEGER NOT NULL,
  processed INTEGER NOT NULL,
  filtered INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  dead_letters INTEGER NOT NULL,
  late INTEGER NOT NULL,
  digest TEXT NOT NULL
) STRICT;

CREATE TABLE sprk_pruned_ranges (
  source TEXT NOT NULL,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  topic_id TEXT NOT NULL,
  first_batch_id INTEGER NOT NULL,
  last_batch_id INTEGER NOT NULL,
  from_offset INTEGER NOT NULL,
  until_offset INTEGER NOT NULL,
  lowest INTEGER NOT NULL,
  highest INTEGER NOT NULL,
  offsets INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (source, topic, partition, topic_id)
) STRICT, WITHOUT ROWID;
`

/** Version → the statements that upgrade the tables of the version before. */
export const MIGRATIONS: ReadonlyMap<number, string> = new Map([
  [2, MOVES + FORGET_EPOCHS],
  [3, `DROP TABLE sprk_blocks;${BLOCKS}${RATE}`],
  [4, PRUNED],
])

export const SCHEMA = `
CREATE TABLE sprk_meta (
  key TEXT NOT NULL PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE sprk_offsets (
  source TEXT NOT NULL,
  topic TEXT NOT NULL,
  topic_id TEXT,
  partition INTEGER NOT NULL,
  next INTEGER NOT NULL,
  leader_epoch INTEGER,
  tail_hash TEXT,
  PRIMARY KEY (source, topic, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE sprk_batches (
  batch_id INTEGER PRIMARY KEY,
  batch_time INTEGER NOT NULL,
  watermark INTEGER,
  committed_at INTEGER NOT NULL,
  processed INTEGER NOT NULL,
  filtered INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  dead_letters INTEGER NOT NULL,
  late INTEGER NOT NULL,
  scheduling_delay_ms INTEGER NOT NULL,
  processing_ms INTEGER NOT NULL,
  digest TEXT NOT NULL,
  rate REAL
) STRICT;

CREATE TABLE sprk_batch_ranges (
  batch_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  topic TEXT NOT NULL,
  topic_id TEXT,
  partition INTEGER NOT NULL,
  from_offset INTEGER NOT NULL,
  until_offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (batch_id, source, topic, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE sprk_dead_letters (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  "offset" INTEGER NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  key BLOB,
  value BLOB,
  headers BLOB
) STRICT;

CREATE TABLE sprk_outbox (
  sink TEXT NOT NULL,
  seq INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (sink, seq)
) STRICT;

CREATE TABLE sprk_audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  version TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
${MOVES}${BLOCKS}${PRUNED}`
