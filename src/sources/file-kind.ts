// The source file as the plan makes it.

import { normalize } from 'node:path'
import type { SourceKind } from '../source.ts'
import { fileSource } from './file.ts'
import type { FileOptions } from './file-spec.ts'

export const fileKind: SourceKind<FileOptions> = {
  format: ({ format }) => format,
  canonical: ({ path }) => normalize(path.given),
  limits: ({ maxRecordsPerBatch, maxBytesPerBatch }) => ({
    maxRecords: maxRecordsPerBatch,
    maxBytes: maxBytesPerBatch,
  }),
  // As Spark's JSON reader does; to its text reader an empty line is a row.
  create: ({ path, format }) =>
    fileSource({ topic: normalize(path.given), path: path.absolute, skipBlank: format.kind === 'json' }),
  showRecord: ({ path }, _, offset) => `tail -c +${offset + 1} '${path.absolute.replaceAll("'", "'\\''")}' | head -n 1`,
}
