// A pipeline on a file of lines, in a folder of its own: enough for tests of the command line, without a Kafka.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { runSprk, type SprkResult } from './sprk.ts'

export interface FileJob {
  readonly folder: string
  /** The pipeline file: words.yaml. */
  readonly path: string
  /** The file that is read: words.txt. */
  readonly words: string
  /** words.db. */
  readonly state: string
  /** Runs `sprk ARGS` in the folder. */
  sprk(...args: readonly string[]): Promise<SprkResult>
  /** Writes the pipeline file anew. */
  write(pipeline: string): void
}

const COUNT = 'transforms: [{countByValue: {}}]\nsink: {sqlite: {table: words, mode: merge}}'

/** `rest`: all of the pipeline file but its name and its source; by default lines are counted. `more`: options of the source. */
export function fileJob(rest = COUNT, { lines = ['to', 'be', 'to'], format = 'text', more = '' } = {}): FileJob {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, name)
  writeFileSync(at('words.txt'), lines.map((line) => `${line}\n`).join(''))
  const write = (text: string) =>
    writeFileSync(
      at('words.yaml'),
      `name: words\nsource: {file: {path: words.txt, format: ${format}${more}}}\n${text}\n`,
    )
  write(rest)
  return {
    folder,
    path: at('words.yaml'),
    words: at('words.txt'),
    state: at('words.db'),
    sprk: (...args) => runSprk(args, { cwd: folder }),
    write,
  }
}
