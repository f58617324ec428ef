// What a pipeline file says about the source file.

import * as v from 'valibot'
import { bytes, component, filePath, kind, type OptionsOf, wholeNumber } from '../spec-kit.ts'

export const fileSpec = kind(
  'Reads the lines of a file, and those that are appended to it.',
  v.object({
    path: v.pipe(filePath(), v.description('The file, relative to the pipeline file.')),
    format: v.pipe(component('formats'), v.description('How each line is written: `text` or `json`.')),
    maxRecordsPerBatch: v.optional(
      v.pipe(wholeNumber(1), v.description('The most lines of one micro-batch.')),
      200_000,
    ),
    maxBytesPerBatch: v.optional(
      v.pipe(
        bytes(),
        v.minValue(1024, 'must be at least 1KiB'),
        v.description('The most bytes of one micro-batch, unless a single line is longer; by default `64MB`.'),
      ),
      64_000_000,
    ),
  }),
)

export type FileOptions = OptionsOf<typeof fileSpec>
