// Random batches, in every layout of columns, leave the table that is left by one row at a time, each encoded on its own.

import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { SqlValue } from '../../../src/checkpoint.ts'
import { type Column, Tag, type Value } from '../../../src/column.ts'
import { builder, strings } from '../../../src/expressions/runtime/builder.ts'
import { mergeOf } from '../../../src/sinks/sqlite/merge-value.ts'
import { columnType, encoderOf, Unstorable } from '../../../src/sinks/sqlite/value.ts'
import type { MergeRule, Rows } from '../../../src/transform.ts'
import * as t from '../../../src/types.ts'
import { spanned } from '../../expressions/support.ts'
import { BATCH, origin } from '../../support/frame.ts'
import { randomFrom } from '../../support/random.ts'
import { query } from '../../support/sqlite.ts'
import { appended, merged, type Subject, statePath, upserted } from '../../support/sqlite-sink.ts'
import { batchOf, openState } from '../../support/state-file.ts'

type Row = readonly Value[]
const FULL = process.env['SPRK_TEST_FULL'] === '1'
const seeds = Array.from({ length: FULL ? 200 : 8 }, (_, seed) => seed)

const variant = (tag: Tag, text: string): Value => ({ tag, text })
const long = 'x'.repeat(2000)

/** Values of each type that have gone wrong somewhere, some that cannot be stored among them. */
const POOLS: readonly (readonly [t.DataType, readonly Value[]])[] = [
  [t.BOOLEAN, [true, false]],
  [t.INT, [0, 1, -1, 2_147_483_647, -0]],
  [t.BIGINT, [0n, 1n, -5n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)]],
  [t.BIGINT, [3n, 7n]],
  [t.DOUBLE, [0, -0, 1, 0.1, 1e300, 2 ** 53 + 2, Number.POSITIVE_INFINITY, Number.NaN]],
  [t.FLOAT, [Math.fround(0.1), -2.5]],
  [{ kind: 'decimal', precision: 20, scale: 2 }, [0n, 150n, -1n, 10n ** 19n]],
  [t.STRING, ['', 'a', 'B', 'ä', '\uffee', '🏰', '1', long, 'half \ud800', 'user-1', 'user-10', 'user-2', '\0']],
  [t.BINARY, [Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(255, 1)]],
  [t.DATE, [0, -719_528, 2_932_896, 2_932_897, -719_529]],
  [t.TIMESTAMP, [0, -1, 1_767_225_600_123_456, 59_999_999]],
  [t.TIMESTAMP_NTZ, [86_399_999_999, 1]],
  [
    t.VARIANT,
    [
      variant(Tag.STRING, 'user-1'),
      variant(Tag.STRING, '1'),
      variant(Tag.STRING, '\udc00'),
      variant(Tag.NUMBER, '1'),
      variant(Tag.NUMBER, '1.0'),
      variant(Tag.NUMBER, '9007199254740993'),
      variant(Tag.NUMBER, '9223372036854775808'),
      variant(Tag.TRUE, 'true'),
      variant(Tag.OBJECT, '{"a": 1}'),
    ],
  ],
]

interface Chance {
  readonly pick: <T>(choices: readonly T[]) => T
  readonly below: (bound: number) => number
}

function chanceOf(seed: number): Chance {
  const random = randomFrom(seed)
  const below = (bound: number) => Math.floor(random() * bound)
  return { below, pick: (choices) => choices[below(choices.length)] as (typeof choices)[number] }
}

/** The values in one of the layouts of their type. */
function columnOf(type: t.DataType, values: readonly Value[], { pick, below }: Chance): Column {
  const isText = type.kind === 'string' || type.kind === 'variant'
  const isSpanned = isText && !values.some((value) => /\p{Surrogate}/u.test(textOf(value)))
  switch (pick(['values', 'built', 'built', 'ids', 'spans', 'spans', 'constant'] as const)) {
    case 'built':
      return built(type, values)
    case 'ids':
      return type.kind === 'string' ? withIds(values, below) : built(type, values)
    case 'spans':
      return isSpanned ? spanned(type, values, () => below(4) > 0) : built(type, values)
    case 'constant':
      return values.every((value) => value === values[0])
        ? { layout: 'constant', type, value: values[0] ?? null }
        : built(type, values)
    default:
      return { layout: 'values', type, values }
  }
}

function textOf(value: Value): string {
  return typeof value === 'string'
    ? value
    : value !== null && typeof value === 'object' && 'tag' in value
      ? value.text
      : ''
}

function built(type: t.DataType, values: readonly Value[]): Column {
  const out = builder(type, values.length)
  for (const [row, value] of values.entries()) out.set(row, value)
  return out.finish()
}

function withIds(values: readonly Value[], below: (bound: number) => number): Column {
  const texts = [...new Set(values.filter((value) => value !== null))] as readonly string[]
  const dictionary = { size: texts.length, text: (id: number) => texts[id] as string }
  const out = strings(t.STRING, values.length, dictionary)
  for (const [row, value] of values.entries()) {
    if (value === null || below(4) === 0) out.set(row, value)
    else out.setId(row, texts.indexOf(value as string))
  }
  return out.finish()
}

/** Rows of one chunk, of which some are selected, with what the frame was told. */
function chunkOf(schema: t.Schema, rows: readonly Row[], chance: Chance) {
  const rejected = new Map<number, { code: string; message: string }>()
  const columns = schema.map(({ type }, c) =>
    columnOf(
      type,
      rows.map((row) => row[c] as Value),
      chance,
    ),
  )
  const rejects = {
    reject(row: number, why: { code: string; message: string }) {
      if (!rejected.has(row)) rejected.set(row, { code: why.code, message: why.message })
    },
  }
  const frame = { length: rows.length, columns, records: null, batch: BATCH, rejects }
  const select = (kept: readonly number[]): Rows => ({
    frame,
    selection: { rows: Int32Array.from(kept), count: kept.length },
  })
  return { rejected, select }
}

/** One row at a time. */
class Model {
  readonly database = new Database(':memory:')
  readonly #schema: t.Schema

  constructor(schema: t.Schema) {
    this.#schema = schema
    const columns = schema.map(({ name, type }) => `"${name}" ${columnType(type)}`)
    this.database.exec(`CREATE TABLE results (${columns.join(', ')}) STRICT`)
    this.database.defaultSafeIntegers()
  }

  /** Or the first value that cannot be stored. */
  encoded(row: Row): readonly SqlValue[] | { readonly code: string; readonly message: string } {
    const values: SqlValue[] = []
    for (const [c, { name, type }] of this.#schema.entries()) {
      try {
        const value = row[c] as Value
        values.push(value === null ? null : encoderOf(type)(value))
      } catch (error) {
        if (!(error instanceof Unstorable)) throw error
        return { code: error.code, message: `column ${name} of table results: ${error.message}` }
      }
    }
    return values
  }

  insert(values: readonly SqlValue[]): void {
    this.database.prepare(`INSERT INTO results VALUES (${values.map(() => '?').join(', ')})`).run(...values)
  }

  /** Removes and returns the row with these values in the first columns. */
  take(key: readonly SqlValue[]): readonly SqlValue[] | undefined {
    const where = key.map((_, c) => `"${this.#schema[c]?.name}" IS ?`).join(' AND ')
    const row = this.database
      .prepare(`SELECT * FROM results WHERE ${where}`)
      .raw()
      .get(...key)
    this.database.prepare(`DELETE FROM results WHERE ${where}`).run(...key)
    return row as readonly SqlValue[] | undefined
  }

  rows(): readonly unknown[] {
    return this.database.prepare(shownBy(this.#schema)).raw().all()
  }
}

/** Values with their types, in an order of their own. */
function shownBy(schema: t.Schema): string {
  const shown = schema.map(({ name }) => `typeof("${name}") || ' ' || quote("${name}")`)
  return `SELECT ${shown.join(', ')} FROM results ORDER BY ${shown.map((_, i) => i + 1).join(', ')}`
}

/** Batches of chunks from several partitions, written by the sink and, for each row, by the model. */
async function compare(
  chance: Chance,
  subject: Subject,
  batches: readonly (readonly (readonly Row[])[])[],
  write: (model: Model, row: readonly SqlValue[]) => void,
): Promise<void> {
  const { schema } = subject
  const path = statePath()
  const sink = subject.make()
  const model = new Model(schema)
  const checkpoint = await openState(path, { onOpen: [(transaction) => sink.open(transaction)] })
  for (const [b, chunks] of batches.entries()) {
    for (const rows of chunks) {
      const { rejected, select } = chunkOf(schema, rows, chance)
      const chosen = [...rows.keys()].filter(() => chance.below(8) > 0)
      const staged = sink.stage(select(chosen))
      const encoded = new Map(chosen.map((row) => [row, model.encoded(rows[row] as Row)]))
      const refused = [...encoded].filter(([, values]) => !Array.isArray(values))
      expect([...rejected]).toEqual(refused)
      const kept = chosen.filter((row) => !rejected.has(row))
      const accepted = rejected.size === 0 ? staged : sink.stage(select(kept))
      accepted.add(origin(0))
      for (const row of kept) write(model, encoded.get(row) as readonly SqlValue[])
    }
    checkpoint.commit(batchOf(b + 1, []), (transaction) => sink.write(transaction, b + 1))
    sink.committed()
  }
  expect(query(path, shownBy(schema))).toEqual(model.rows())
}

/** Some columns of random types. */
function schemaOf({ pick, below }: Chance, prefix: string, width = 1 + below(4)) {
  return Array.from({ length: width }, (_, c) => {
    const [type, pool] = pick(POOLS)
    return { name: `${prefix}${c}`, type, pool }
  })
}

/** Variants become strings in keys. */
function keysOf(chance: Chance) {
  const keys = schemaOf(chance, 'k', 1 + chance.below(2)).filter(({ type }) => type !== t.VARIANT)
  return keys.length > 0 ? keys : [{ name: 'k', type: t.STRING, pool: ['a', 'b'] }]
}

function rowOf(columns: readonly { readonly pool: readonly Value[] }[], { pick, below }: Chance): Row {
  return columns.map(({ pool }) => (below(6) === 0 ? null : pick(pool)))
}

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make)

describe('the table is that of one row at a time', () => {
  test.each(seeds)('append, seed %i', async (seed) => {
    const chance = chanceOf(seed)
    const columns = schemaOf(chance, 'c')
    const batches = times(2, () => times(3, () => times(chance.below(70), () => rowOf(columns, chance))))
    await compare(chance, appended(columns), batches, (model, row) => model.insert(row))
  })

  test.each(seeds)('upsert, seed %i', async (seed) => {
    const chance = chanceOf(seed)
    const keys = keysOf(chance)
    const columns = [...keys, ...schemaOf(chance, 'c')]
    const batches = times(3, () => times(3, () => times(chance.below(70), () => rowOf(columns, chance))))
    const key = keys.map(({ name }) => name)
    await compare(chance, upserted(columns, { key }), batches, (model, row) => {
      model.take(row.slice(0, keys.length))
      model.insert(row)
    })
  })

  const rules: readonly MergeRule[] = [
    ...(['sum', 'min', 'max', 'and', 'or', 'bit_and', 'bit_or', 'bit_xor', 'first', 'last'] as const),
  ]
  const mergeable = POOLS.flatMap(([type, pool]) =>
    rules.flatMap((rule) => (mergeOf(rule, type) === undefined ? [] : [{ type, pool, rule }])),
  )

  test.each(seeds)('merge, seed %i', async (seed) => {
    const chance = chanceOf(seed)
    const keys = keysOf(chance)
    const values = times(1 + chance.below(3), () => chance.pick(mergeable)).map((column, c) => ({
      ...column,
      name: `v${c}`,
      // Sums stay in range; that others are refused has tests of its own.
      pool: column.rule === 'sum' ? column.pool.filter((value) => isSmall(value)) : column.pool,
    }))
    const subject = merged(
      keys,
      values.map((column) => [column, column.rule] as const),
    )
    const merges = values.map(({ rule, type }) => mergeOf(rule, type))
    const batches = times(4, () => times(1, () => times(chance.below(120), () => rowOf([...keys, ...values], chance))))
    await compare(chance, subject, batches, (model, row) => {
      const saved = model.take(row.slice(0, keys.length))
      model.insert(
        row.map((added, c) =>
          saved && c >= keys.length ? (merges[c - keys.length]?.(saved[c] ?? null, added) ?? null) : added,
        ),
      )
    })
  })
})

function isSmall(value: Value): boolean {
  if (typeof value === 'bigint') return value < 2n ** 61n && value > -(2n ** 61n)
  return typeof value !== 'number' || Math.abs(value) < 1e9
}
