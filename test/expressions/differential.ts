// The stored answers of a real Spark and of Java, which scripts/differential/ asks.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** The lines of one file. */
export function stored<T>(name: string): readonly T[] {
  const bytes = readFileSync(new URL(`differential/${name}.ndjson.gz`, import.meta.url))
  return gunzipSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}
