// The laws of a source, for the source file.

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileSource } from '../../src/sources/file/source.ts'
import { sourceContract } from '../contract/source.ts'

sourceContract(
  'file',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sprk-file-'))
    const path = join(folder, 'words.txt')
    writeFileSync(path, '')
    return {
      append: async (_, values) => appendFileSync(path, values.map((value) => `${value}\n`).join('')),
      source: () => fileSource({ topic: 'words.txt', path, skipBlank: false }),
      close: async () => rmSync(folder, { recursive: true, force: true }),
    }
  },
  { partitions: 1, countsRecords: false },
)
