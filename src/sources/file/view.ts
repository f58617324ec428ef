// The view of the source file, for commands that read no lines.

import { Exit, SprkError } from '../../errors.ts'
import { type LogView, positionAt } from '../../log.ts'
import { partitionKey } from '../../record.ts'
import { FileBytes } from './bytes.ts'
import { endsLine, identityOf, isIdentity } from './position.ts'
import type { FileSourceOptions } from './source.ts'

export function fileView({ topic, path }: FileSourceOptions): LogView {
  const opened = async <T>(use: (file: FileBytes) => T | Promise<T>): Promise<T> => {
    const file = await FileBytes.open(path)
    try {
      return await use(file)
    } finally {
      await file.close()
    }
  }
  const partition = () =>
    opened(async (file) => {
      const end = await file.size()
      return { topic, partition: 0, topicId: await identityOf(file, end), start: 0, end }
    })
  return {
    unit: 'bytes',
    selects: (at) => at.topic === topic && at.partition === 0,
    identify: (_, known) =>
      opened(async (file) =>
        known !== null && (await isIdentity(file, known)) ? known : await identityOf(file, await file.size()),
      ),
    refusal: (_, offset) =>
      opened(async (file) =>
        offset === 0 || (await endsLine(file, offset)) ? null : `byte ${offset} is not where a line begins`,
      ),
    async *partitions() {
      // The identity of a short file changes as it grows: `identify` compares it with the saved one.
      return { logId: null, partitions: [{ ...(await partition()), topicId: null }], away: [] }
    },
    async *offsetsAt(partitions) {
      throw new SprkError(Exit.USAGE, {
        code: 'E_USAGE',
        message: `${partitions.map(partitionKey).join(', ')}: the lines of a file have no times`,
        hint: 'name an offset: the position of the first byte of a line',
      })
    },
    async *starts() {
      const at = await partition()
      return [positionAt(at, at.start, at.topicId)]
    },
    async *mirrored() {
      return null
    },
    async close() {},
  }
}
