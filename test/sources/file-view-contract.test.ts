// What the view of a log promises, for the source file.

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileSource } from '../../src/sources/file/source.ts'
import { fileView } from '../../src/sources/file/view.ts'
import { logViewContract } from '../contract/log-view.ts'

logViewContract(
  'file',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sprk-file-'))
    const path = join(folder, 'words.txt')
    writeFileSync(path, '')
    const options = { topic: 'words.txt', path, skipBlank: false }
    return {
      append: async (_, values) => appendFileSync(path, values.map((value) => `${value}\n`).join('')),
      view: () => fileView(options),
      source: () => fileSource(options),
      viewAway: () => fileView({ ...options, path: join(folder, 'missing.txt') }),
      other: { topic: 'words.txt', partition: 1 },
      close: async () => rmSync(folder, { recursive: true, force: true }),
    }
  },
  { partitions: 1, waits: false },
)
