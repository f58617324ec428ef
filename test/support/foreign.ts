// What a client that shares no code with sprk reads: kcat (librdkafka), where it is installed.

import { spawnSync } from 'node:child_process'
import { bootstrap } from './kafka.ts'

const hasKcat = spawnSync('kcat', ['-V']).status === 0

/** The committed values of topics, sorted; null without kcat. */
export function foreignValues(topics: readonly string[], broker = bootstrap()): string[] | null {
  if (!hasKcat) return null
  const isolation = ['-X', 'isolation.level=read_committed']
  return topics
    .flatMap((topic) => valuesOf(['-C', '-b', broker, '-t', topic, '-e', '-q', '-f', '%s\\n', ...isolation]))
    .sort()
}

function valuesOf(args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync('kcat', args, { encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 60_000 })
  if (status !== 0) throw new Error(`kcat ended with ${status}: ${stderr}`)
  return stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n')
}

/** How often each value of `property` stands in JSON values. */
export function countBy(values: readonly string[], property: string): [unknown, number][] {
  const counts = new Map<unknown, number>()
  for (const value of values) {
    const key = JSON.parse(value)[property]
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}
