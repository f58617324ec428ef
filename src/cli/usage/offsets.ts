// sprk offsets: where reading stands, and moving it.

import type { Command } from 'commander'
import type { Cli } from '../options/command.ts'
import { resetCommand } from './offsets-reset.ts'
import { showCommand } from './offsets-show.ts'

export function offsetsCommand(sprk: Command, cli: Cli): void {
  const offsets = sprk.command('offsets').description('show where each partition stands, and move it')
  showCommand(offsets, cli)
  resetCommand(offsets, cli)
}
