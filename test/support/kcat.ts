// A consumer of another kind: kcat, which is librdkafka, as a member of a group.

import { spawn, spawnSync } from 'node:child_process'
import { bootstrap } from './kafka.ts'

export const hasKcat = spawnSync('kcat', ['-V']).status === 0

export interface Kcat {
  /** `topic partition offset` of what it has read so far. */
  readonly read: readonly string[]
  /** Leaves the group, with its offsets committed; or, with SIGKILL, without a word. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const running = new Set<Kcat>()

/** Joins and reads; begins at the group's offsets, else at the beginning. */
export function startKcat(groupId: string, topics: readonly string[]): Kcat {
  const settings = ['auto.offset.reset=earliest', 'session.timeout.ms=6000', 'auto.commit.interval.ms=200']
  const args = ['-b', bootstrap(), ...settings.flatMap((setting) => ['-X', setting]), '-f', '%t %p %o\n', '-u']
  const child = spawn('kcat', [...args, '-G', groupId, ...topics], { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => (text += data))
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const kcat: Kcat = {
    get read() {
      return text.split('\n').filter((line) => line !== '')
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
      running.delete(kcat)
    },
  }
  running.add(kcat)
  return kcat
}

export async function stopKcats(): Promise<void> {
  await Promise.all([...running].map((each) => each.stop('SIGKILL')))
}
