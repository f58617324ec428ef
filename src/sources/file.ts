// The source file: the lines of a file, and those that are appended to it.

import { normalize } from 'node:path'
import * as v from 'valibot'
import { sourceKind } from '../kind.ts'
import { bytes, component, filePath, type OptionsOf, wholeNumber } from '../options.ts'
import { type FileSourceOptions, fileSource } from './file/source.ts'
import { fileView } from './file/view.ts'

const options = v.object({
  path: v.pipe(filePath(), v.description('The file, relative to the pipeline file.')),
  format: v.pipe(component('formats'), v.description('How each line is written: `text` or `json`.')),
  maxRecordsPerBatch: v.optional(v.pipe(wholeNumber(1), v.description('The most lines of one micro-batch.')), 200_000),
  maxBytesPerBatch: v.optional(
    v.pipe(
      bytes(),
      v.minValue(1024, 'must be at least 1KiB'),
      v.description(
        'The most bytes of one micro-batch, and of what it keeps of them until its commit, unless a single line is more; by default `64MB`.',
      ),
    ),
    64_000_000,
  ),
})

export const file = sourceKind('file', 'Reads the lines of a file, and those that are appended to it.', options, {
  format: ({ format }) => format,
  canonical: ({ path }) => normalize(path.given),
  limits: ({ maxRecordsPerBatch, maxBytesPerBatch }) => ({
    maxRecords: maxRecordsPerBatch,
    maxBytes: maxBytesPerBatch,
  }),
  create: (given) => fileSource(sourceOptions(given)),
  view: (given) => fileView(sourceOptions(given)),
  showRecord: ({ path }, _, offset) => `tail -c +${offset + 1} '${path.absolute.replaceAll("'", "'\\''")}' | head -n 1`,
})

/** Blank lines are skipped for JSON, as by Spark's JSON reader; for its text reader an empty line is a row. */
function sourceOptions({ path, format }: OptionsOf<typeof options>): FileSourceOptions {
  return { topic: normalize(path.given), path: path.absolute, skipBlank: format.kind === 'json' }
}
