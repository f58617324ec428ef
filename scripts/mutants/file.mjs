// @ts-check
// Barriers of the source file: a file that is another one, or was written over, is told.

const file = 'test/sources/file.test.ts'
const writtenOver = 'test/sources/file-written-over.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const fileMutants = [
  {
    name: 'file that is written over while it is read not noticed',
    file: 'src/sources/file/source.ts',
    find: 'if (this.#next > 0) await this.#assertUnchanged(file)',
    replace: 'if (this.#next < 0) await this.#assertUnchanged(file)',
    test: [writtenOver, 'a file that is written over in place is told of: 79, where it is longer than before'],
  },
  {
    name: 'file that is written over between a plan and its reading not noticed',
    file: 'src/sources/file/source.ts',
    find: '    await this.#assertUnchanged(file)\n    this.#next = untilOffset',
    replace: '    this.#next = untilOffset',
    test: [
      writtenOver,
      'a file that is written over in place is told of between a plan and its reading too (10 lines a batch)',
    ],
  },
  {
    name: 'another file under the same name not noticed',
    file: 'src/sources/file/position.ts',
    find: 'if (topicId !== null && ',
    replace: "if (topicId === '' && ",
    test: [file, 'the file that was read is told from one that was made anew with the same text'],
  },
  {
    name: 'other text before the saved position not noticed',
    file: 'src/sources/file/position.ts',
    find: 'if (tailHash !== null && tailHash !== (await',
    replace: 'if (tailHash === null && tailHash !== (await',
    test: [file, 'the file that was read is told from one with other text where reading stopped'],
  },
  {
    name: 'position in the middle of a line taken',
    file: 'src/sources/file/position.ts',
    find: 'if (next === 0 || (await endsLine(file, next))) return',
    replace: 'if (next >= 0) return',
    test: [file, 'the file that was read is refused where a saved offset is not the beginning of a line'],
  },
  {
    name: 'file read on where the batch is full',
    file: 'src/sources/file/lines.ts',
    find: 'if (most === 0) return\n',
    replace: 'if (most === 0) size = WINDOW_BYTES\n',
    test: [
      'test/sources/file-contract.test.ts',
      'file as a source ends its ranges behind the chunk with which a batch is full, and goes on there',
    ],
  },
]
