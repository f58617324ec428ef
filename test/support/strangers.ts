// Consumers of another kind as members of a group: kcat, which is librdkafka, and Kafka's own console consumer.

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import type { Readable } from 'node:stream'
import { javaOptions } from '../../scripts/kafka/broker.mjs'
import { kafkaJars } from '../../scripts/kafka/jars.mjs'
import { bootstrap } from './kafka.ts'

export const hasKcat = spawnSync('kcat', ['-V']).status === 0

export interface Stranger {
  /** `topic partition offset` of what it has read so far. */
  readonly read: readonly string[]
  /** Leaves the group, with its offsets committed; or, with SIGKILL, without a word. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const running = new Set<Stranger>()

/** Joins and reads; begins at the group's offsets, else at the beginning. */
export function startKcat(groupId: string, topics: readonly string[]): Stranger {
  const settings = ['auto.offset.reset=earliest', 'session.timeout.ms=6000', 'auto.commit.interval.ms=200']
  const args = ['-b', bootstrap(), ...settings.flatMap((setting) => ['-X', setting]), '-f', '%t %p %o\n', '-u']
  return stranger(spawn('kcat', [...args, '-G', groupId, ...topics], { stdio: ['ignore', 'pipe', 'ignore'] }))
}

/** The same with Kafka's Java client. Needs its tools. */
export async function startJavaConsumer(groupId: string, topic: string): Promise<Stranger> {
  const settings = ['auto.offset.reset=earliest', 'session.timeout.ms=6000', 'auto.commit.interval.ms=200']
  const shown = ['print.partition=true', 'print.offset=true', 'print.value=false']
  const args = [
    ...['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', bootstrap()],
    ...['--topic', topic, '--group', groupId],
    ...settings.flatMap((setting) => ['--command-property', setting]),
    ...shown.flatMap((setting) => ['--formatter-property', setting]),
  ]
  const jars = await kafkaJars(() => {})
  const child = spawn('java', [...javaOptions(jars, '-Xmx256m'), ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  return stranger(child, (line) => {
    const [, partition, offset] = /Partition:(\d+)\s+Offset:(\d+)/.exec(line) ?? []
    return `${topic} ${partition} ${offset}`
  })
}

function stranger(child: ChildProcessByStdio<null, Readable, null>, placeOf = (line: string) => line): Stranger {
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => (text += data))
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const one: Stranger = {
    get read() {
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map(placeOf)
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
      running.delete(one)
    },
  }
  running.add(one)
  return one
}

export async function stopStrangers(): Promise<void> {
  await Promise.all([...running].map((each) => each.stop('SIGKILL')))
}
