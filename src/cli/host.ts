// What operations get from the command line that starts them.

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Host } from '../operations/host.ts'
import { noticeLine } from '../reporters/text.ts'
import type { Told } from './options/command.ts'
import { stderr } from './print/out.ts'
import { systemClock } from './system-clock.ts'
import { version } from './version.ts'

/** Prints the warnings that it is told; with --verbose the other notices too, with --quiet nothing. */
export function thisHost({ quiet, verbose }: Told = { quiet: false, verbose: false }): Host {
  return {
    clock: systemClock,
    version,
    holder: { pid: process.pid, host: hostname(), startedAt: systemClock.now() },
    newId: () => randomUUID(),
    tell: (notice) => {
      if (!quiet && (verbose || notice.level === 'warning')) stderr.write(`${noticeLine(notice)}\n`)
    },
  }
}
