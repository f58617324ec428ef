// `sprk offsets` and what tests ask before and after it. Importing this file starts a process that most commands run in.

import { afterAll, beforeAll, expect } from 'vitest'
import type { PipelineFile } from './pipeline-file.ts'
import { type SerialSprk, startSerialSprk } from './serial-sprk.ts'
import { query } from './sqlite.ts'

export const HOUR = 3_600_000

/** Of each partition ten records, the newest of this hour, one an hour. */
export function hourly(now: number, ...partitions: readonly number[]) {
  return partitions.flatMap((partition) =>
    Array.from({ length: 10 }, (_, i) => {
      return { partition, value: `{"city":"c${i % 3}"}`, timestamp: String(now - (9 - i) * HOUR - 60_000) }
    }),
  )
}

export const counted = (state: string) => Number(query(state, 'SELECT sum(n) FROM counts')[0]?.[0] ?? 0)
export const positions = (state: string) => query(state, 'SELECT next FROM sprk_offsets ORDER BY partition').flat()
/** All that a refused reset must not change. */
export const everything = (state: string) =>
  ['sprk_offsets', 'sprk_meta', 'sprk_audit', 'sprk_moves', 'counts'].map((table) =>
    query(state, `SELECT * FROM ${table}`),
  )

export const done = { code: 0, stderr: '' }

let serial: SerialSprk

beforeAll(async () => {
  serial = await startSerialSprk()
})

afterAll(() => serial.stop())

/** Runs `sprk ARGS`. */
export const sprk = (...args: readonly string[]) => serial.run(args)

export async function once(pipeline: PipelineFile): Promise<void> {
  expect(await serial.run(['run', pipeline.path, '--once'])).toMatchObject(done)
}

export const reset = ({ path }: PipelineFile, ...args: readonly string[]) =>
  serial.run(['offsets', 'reset', path, ...args])

export async function show({ path }: PipelineFile, ...args: readonly string[]) {
  const { code, stdout, stderr } = await serial.run(['offsets', 'show', path, '-o', 'json', ...args])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

/** What a shell makes of the command that stands in the output. */
export function pasted(text: string, command = 'offsets') {
  const [, words = ''] = new RegExp(`^ +(?:hint: .*)?sprk (${command} .*)$`, 'm').exec(text) ?? []
  expect(words).not.toBe('')
  return serial.run(words.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1')))
}
