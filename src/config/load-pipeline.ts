// The text of a pipeline file → its spec: everything validated, defaults filled, all mistakes told at once.

import { dirname, resolve } from 'node:path'
import { Exit, inOrder, type Place, type Problem, SprkError } from '../errors.ts'
import type { KindSpecs } from '../kind.ts'
import type { PipelineSpec, ReadablePart } from '../spec.ts'
import { type Context, NO_SECRETS, type Secrets } from './context.ts'
import { overridden } from './override.ts'
import { OWNER_ONLY, type PipelineKeys, pipelineKeys } from './pipeline-keys.ts'
import { read } from './read.ts'
import { readablePart } from './readable.ts'
import { Report } from './report.ts'
import { isEmpty, type MapNode, type TextFile, textFile } from './tree.ts'
import { keysOf } from './unknown.ts'
import type { Environment } from './variables.ts'
import { parseYaml } from './yaml.ts'

export interface Loading {
  /** The path of the pipeline file, for messages and for what is relative to it. */
  readonly file: string
  readonly env: Environment
  /** `path=value`, as they were given to `--set`. */
  readonly set: readonly string[]
  readonly kinds: KindSpecs
  /** How secrets are found; by default they are not. */
  readonly secrets?: Secrets
  /** Called with the readable part of a file that is wrong, to find what only the plan can know. */
  readonly checkReadable?: (part: ReadablePart) => readonly Problem[]
}

/** Throws a SprkError (exit 78) that carries every problem found. Reads nothing but what it is given. */
export function loadPipeline(
  text: string,
  { file, env, set, kinds, secrets = NO_SECRETS, checkReadable }: Loading,
): PipelineSpec {
  const report = new Report()
  const topKeys = keysOf(pipelineKeys)
  const context: Context = { kinds, env, folder: dirname(file), secrets, report, fillsGaps: false, topKeys }
  const root = readRoot(textFile(file, withoutByteOrderMark(text)), set, report)
  const keys = root && readKeys(root, context)
  if (keys !== undefined && report.isEmpty) return pipelineSpec(keys, file, inOrder(file, report.warnings))
  const further = root && checkReadable ? checkReadable(readablePart(root, context)) : []
  const [first, ...others] = inOrder(file, [...report.problems, ...withoutKnown(further, report.problems)])
  if (first === undefined) throw new Error('a pipeline file was refused without a reason')
  throw new SprkError(Exit.CONFIG, [first, ...others])
}

/** The map that a file is, with `--set` applied. */
function readRoot(file: TextFile, set: readonly string[], report: Report): MapNode | undefined {
  if (reportUnprintable(file, report)) return undefined
  const parsed = parseYaml(file, report)
  if (parsed === undefined || parsed.type === 'invalid') return undefined
  const hint = 'begin with `name:`, `source:` and `sink:`'
  if (isEmpty(parsed)) {
    report.add('E_YAML', { file, start: 0, end: 0 }, 'the pipeline file is empty', hint)
    return undefined
  }
  const root = overridden(parsed, set, report)
  if (root.type === 'map') return root
  report.add('E_YAML', root, 'a pipeline file is a map: `key: value` lines', hint)
  return undefined
}

function readKeys(root: MapNode, context: Context): PipelineKeys | undefined {
  const subject = { label: 'a pipeline file', at: { ...root, end: root.start }, scope: 'pipeline' }
  // What the reader returns has the type of the schema it was given.
  return read(root, pipelineKeys, subject, context) as PipelineKeys | undefined
}

/** One place has one mistake: what is no column is often no expression either, and what YAML cut is half of one. */
function withoutKnown(further: readonly Problem[], known: readonly Problem[]): readonly Problem[] {
  return further.filter(({ place }) => !known.some((other) => place !== undefined && covers(other, place)))
}

function covers({ code, place }: Problem, { file, line, column }: Place): boolean {
  if (place === undefined || place.file !== file || place.line !== line || column < place.column) return false
  return code === 'E_CUT' || column <= place.column + (place.length ?? 1)
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** YAML's `c-printable`; a carriage return only where it ends a line. */
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|\r(?!\n)/u

function reportUnprintable(file: TextFile, report: Report): boolean {
  const match = UNPRINTABLE.exec(file.text)
  if (match === null) return false
  const code = match[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
  const at = { file, start: match.index, end: match.index + match[0].length }
  report.add('E_YAML', at, `the character U+${code} may not stand in a YAML file`, 'save the file as plain UTF-8 text')
  return true
}

function pipelineSpec(keys: PipelineKeys, file: string, warnings: readonly Problem[]): PipelineSpec {
  const { name, source, transforms, sink, batchInterval, timeZone, onError, state, retain } = keys
  const { path, mode } = typeof state === 'object' ? state : { path: state, mode: OWNER_ONLY }
  return {
    name,
    file,
    source,
    transforms,
    sinks: Array.isArray(sink) ? sink : [sink],
    batchIntervalMs: batchInterval,
    timeZone,
    onError,
    state: { path: resolve(dirname(file), path ?? `${name}.db`), mode },
    retain: { batchesMs: retain?.batches ?? null, deadLettersMs: retain?.deadLetters ?? null },
    warnings,
  }
}
