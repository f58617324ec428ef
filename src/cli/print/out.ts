// The ways out for everything that is printed: without secrets, and on a terminal in colours and without controls.

import { once } from 'node:events'
import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from 'chalk'
import type { Output } from '../../reporters/reporter.ts'
import { painted, type Style } from '../../reporters/style.ts'
import { visibleLines } from '../../reporters/visible.ts'
import { redact } from './redact.ts'

/** Data, as it is; on a terminal what could change the terminal is escaped. */
export const stdout: Output = { write: (text) => process.stdout.write(shown(process.stdout, text)) }

/** Texts for people, whose styles (reporters/style.ts) become colours where the terminal has them. */
export const page: Output = { write: (text) => process.stdout.write(drawn(process.stdout, text)) }
export const stderr: Output = { write: (text) => process.stderr.write(drawn(process.stderr, text)) }

/** Waits until the reader of standard output has taken what was written: for those who write without a bound. */
export async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
}

/** For what moves the cursor itself: it prints nothing from outside. */
export const cursor: Output = { write: (text) => process.stderr.write(text) }

function drawn(stream: NodeJS.WriteStream, text: string): string {
  const colors = colorsOf(stream)
  return painted(shown(stream, text), (style, inner) => COLORS[style](colors)(inner))
}

const COLORS: Readonly<Record<Style, (chalk: ChalkInstance) => ChalkInstance>> = {
  error: (chalk) => chalk.red,
  warning: (chalk) => chalk.yellow,
  quiet: (chalk) => chalk.dim,
}

/** Where colours are forced on a pipe, a terminal is at its end. */
function shown(stream: NodeJS.WriteStream, text: string): string {
  return stream.isTTY || levelOf(stream) > 0 ? visibleLines(redact(text)) : redact(text)
}

let colors: Map<NodeJS.WriteStream, ChalkInstance> | null = null

function colorsOf(stream: NodeJS.WriteStream): ChalkInstance {
  colors ??= new Map([process.stdout, process.stderr].map((each) => [each, new Chalk({ level: levelOf(each) })]))
  return colors.get(stream) ?? new Chalk({ level: 0 })
}

/** chalk knows FORCE_COLOR, which is the stronger one, TERM and the CI services; NO_COLOR it does not know. */
function levelOf(stream: NodeJS.WriteStream): 0 | 1 | 2 | 3 {
  const { NO_COLOR = '', FORCE_COLOR } = process.env
  if (NO_COLOR !== '' && FORCE_COLOR === undefined) return 0
  const support = stream === process.stderr ? supportsColorStderr : supportsColor
  return support === false ? 0 : support.level
}
