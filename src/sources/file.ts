// The source file as the plan makes it.

import { normalize } from 'node:path'
import type { SourceKind } from '../source.ts'
import { type FileSourceOptions, fileSource } from './file/source.ts'
import { fileView } from './file/view.ts'
import type { FileOptions } from './file-spec.ts'

export const fileKind: SourceKind<FileOptions> = {
  format: ({ format }) => format,
  canonical: ({ path }) => normalize(path.given),
  limits: ({ maxRecordsPerBatch, maxBytesPerBatch }) => ({
    maxRecords: maxRecordsPerBatch,
    maxBytes: maxBytesPerBatch,
  }),
  create: (options) => fileSource(sourceOptions(options)),
  look: (options) => fileView(sourceOptions(options)),
  showRecord: ({ path }, _, offset) => `tail -c +${offset + 1} '${path.absolute.replaceAll("'", "'\\''")}' | head -n 1`,
}

/** As Spark's JSON reader does; to its text reader an empty line is a row. */
function sourceOptions({ path, format }: FileOptions): FileSourceOptions {
  return { topic: normalize(path.given), path: path.absolute, skipBlank: format.kind === 'json' }
}
