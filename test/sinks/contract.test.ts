import { discardSink } from '../../src/sinks/discard.ts'
import { sqliteSink } from '../../src/sinks/sqlite/sink.ts'
import { BIGINT, BINARY, DOUBLE, type Schema, STRING } from '../../src/types.ts'
import { describeSink } from '../contract/sink.ts'
import { sinkInput } from '../support/sink-input.ts'
import { query } from '../support/sqlite.ts'
import { upsertOptions } from '../support/sqlite-sink.ts'

const schema: Schema = [
  { name: 'city', type: STRING },
  { name: 'count', type: BIGINT },
  { name: 'top', type: DOUBLE },
  { name: 'raw', type: BINARY },
]
const rows = [
  ['Berlin', 3n, 1.5, Uint8Array.of(1, 2)],
  [null, 1n, null, null],
  ['Kraków', -2n, 9, Uint8Array.of()],
]
const read = (path: string) => query(path, 'SELECT * FROM "odd "" table" ORDER BY rowid')
const input = sinkInput(schema, { keyColumns: 1, merges: ['sum', 'max', 'min'], canonical: 'fold' })

const append = () => sqliteSink({ table: 'odd " table', mode: 'append' }, sinkInput(schema))
const merge = () => sqliteSink({ table: 'odd " table', mode: 'merge' }, input)

const upsert = () =>
  sqliteSink(upsertOptions({ key: ['city'], deleteWhen: 'count = 0' }, 'odd " table'), sinkInput(schema))
const versioned = () =>
  sqliteSink(upsertOptions({ key: ['raw', 'city'], version: 'count' }, 'odd " table'), sinkInput(schema))

describeSink('sqlite append', { create: append, schema, rows, read, keepsRows: true })
describeSink('sqlite merge', { create: merge, schema, rows, read, keepsRows: false })
describeSink('sqlite upsert', { create: upsert, schema, rows, read, keepsRows: false })
describeSink('sqlite upsert with versions', { create: versioned, schema, rows, read, keepsRows: false })
describeSink('discard', { create: discardSink, schema, rows, read: null, keepsRows: false })
