// What operations get from the command line that starts them.

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Host } from '../operations/host.ts'
import { stderr } from './print/redact.ts'
import { systemClock } from './system-clock.ts'
import { version } from './version.ts'

/** Prints the warnings that it is told. */
export function thisHost(): Host {
  return {
    clock: systemClock,
    version,
    holder: { pid: process.pid, host: hostname(), startedAt: systemClock.now() },
    newId: () => randomUUID(),
    tell: ({ level, message }) => {
      if (level === 'warning') stderr.write(`sprk: warning: ${message}\n`)
    },
  }
}
