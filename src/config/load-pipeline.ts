// The text of a pipeline file → its spec: everything validated, defaults filled, all mistakes told at once.

import { dirname, resolve } from 'node:path'
import { Exit, SprkError } from '../errors.ts'
import type { PipelineSpec } from '../spec.ts'
import type { KindSpecs } from '../spec-kit.ts'
import type { Context } from './context.ts'
import { overridden } from './override.ts'
import { OWNER_ONLY, type PipelineKeys, pipelineKeys } from './pipeline-keys.ts'
import { read } from './read.ts'
import { Report } from './report.ts'
import { isEmpty, type TextFile, textFile } from './tree.ts'
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
}

/** Throws a SprkError (exit 78) that carries every problem found. Reads nothing but what it is given. */
export function loadPipeline(text: string, { file, env, set, kinds }: Loading): PipelineSpec {
  const report = new Report()
  const source = textFile(file, withoutByteOrderMark(text))
  const topKeys = keysOf(pipelineKeys)
  const keys = readKeys(source, set, { kinds, env, report, topKeys })
  const [first, ...others] = report.problems(file)
  if (first !== undefined) throw new SprkError(Exit.CONFIG, [first, ...others])
  if (keys === undefined) throw new Error('a pipeline file was refused without a reason')
  return pipelineSpec(keys, file)
}

function readKeys(file: TextFile, set: readonly string[], context: Context): PipelineKeys | undefined {
  const { report } = context
  if (reportUnprintable(file, report)) return undefined
  const parsed = parseYaml(file, report)
  if (parsed === undefined) return undefined
  const start = { file, start: 0, end: 0 }
  if (isEmpty(parsed)) {
    report.add('E_YAML', start, 'the pipeline file is empty', 'begin with `name:`, `source:` and `sink:`')
    return undefined
  }
  const root = overridden(parsed, set, report)
  if (root.type !== 'map' && root.type !== 'invalid') {
    report.add(
      'E_YAML',
      root,
      'a pipeline file is a map: `key: value` lines',
      'begin with `name:`, `source:` and `sink:`',
    )
    return undefined
  }
  const subject = { label: 'a pipeline file', at: { ...root, end: root.start }, scope: 'pipeline' }
  // What the reader returns has the type of the schema it was given.
  return read(root, pipelineKeys, subject, context) as PipelineKeys | undefined
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

function pipelineSpec(keys: PipelineKeys, file: string): PipelineSpec {
  const { name, source, transforms, sink, batchInterval, timeZone, state } = keys
  const { path, mode } = typeof state === 'object' ? state : { path: state, mode: OWNER_ONLY }
  return {
    name,
    file,
    source,
    transforms,
    sinks: [sink],
    batchIntervalMs: batchInterval,
    timeZone,
    state: { path: resolve(dirname(file), path ?? `${name}.db`), mode },
  }
}
