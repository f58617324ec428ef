// What must not compile: a kind with the options of another. `tsc --noEmit` checks it; nothing here runs.

import * as v from 'valibot'
import { json } from '../src/formats/json.ts'
import { formatKind, sinkKind, sourceKind, transformKind } from '../src/kind.ts'
import { expression, oneSpelling } from '../src/options.ts'
import { consoleKind } from '../src/sinks/console.ts'
import { discard } from '../src/sinks/discard.ts'
import { sqlite } from '../src/sinks/sqlite.ts'
import { file } from '../src/sources/file.ts'
import { kafka } from '../src/sources/kafka.ts'
import { countByValue } from '../src/transforms/count-by-value.ts'
import { drop } from '../src/transforms/drop.ts'
import { filter } from '../src/transforms/filter.ts'
import { map } from '../src/transforms/map.ts'
import { reduceByKey } from '../src/transforms/reduce-by-key.ts'

/** An expression, of which only the text is left. */
const texts = oneSpelling(expression(), ({ text }) => text)

// A kind has the form of its options (`schema`, `normalise`) and the behaviour: its own go together.
sourceKind('file', '', file, file)
sourceKind('kafka', '', kafka, kafka)
formatKind('json', '', json, json)
transformKind('drop', '', drop, drop)
transformKind('filter', '', filter, filter)
transformKind('filter', '', expression(), filter)
transformKind('reduceByKey', '', reduceByKey, reduceByKey)
sinkKind('console', '', consoleKind, consoleKind)
sinkKind('sqlite', '', sqlite, sqlite)

// @ts-expect-error A path is no cluster.
sourceKind('kafka', '', file, kafka)
// @ts-expect-error A cluster is no path.
sourceKind('file', '', kafka, file)

// @ts-expect-error A key and values are no condition.
transformKind('filter', '', reduceByKey, filter)
// @ts-expect-error A condition is no key.
transformKind('reduceByKey', '', filter, reduceByKey)
// @ts-expect-error Names of columns have no expressions.
transformKind('map', '', drop, map)
// @ts-expect-error Columns with expressions are no names.
transformKind('drop', '', map, drop)
// @ts-expect-error A list of conditions is no condition.
transformKind('filter', '', v.array(expression()), filter)
// @ts-expect-error What the schema accepts is not yet what `normalise` makes of it.
transformKind('drop', '', v.union([expression(), v.array(expression())]), drop)
// @ts-expect-error What `normalise` makes of it is no longer what the schema accepts.
transformKind('filter', '', texts, filter)
// @ts-expect-error Nothing is no key. Compared as methods, `{}` would pass for any options.
transformKind('reduceByKey', '', countByValue, reduceByKey)

// @ts-expect-error The console has no table.
sinkKind('sqlite', '', consoleKind, sqlite)
// @ts-expect-error A table has no rows to print.
sinkKind('console', '', sqlite, consoleKind)
// @ts-expect-error Nothing is no table.
sinkKind('sqlite', '', discard, sqlite)

// @ts-expect-error A sink is no transform.
transformKind('filter', '', filter, sqlite)
