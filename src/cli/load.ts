// A pipeline file → its spec and its plan: what every command begins with.

import { isUtf8 } from 'node:buffer'
import { readFileSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { loadPipeline } from '../config/load-pipeline.ts'
import { SET, setText } from '../config/override.ts'
import { Exit, messageOf, SprkError } from '../errors.ts'
import type { Pipeline } from '../operations/pipeline.ts'
import { checkPart, compilePlan } from '../plan/compile.ts'
import type { ReadablePart } from '../spec.ts'
import { headOf, isSqlite } from './file-head.ts'
import type { KindRegistry } from './kinds.ts'
import { setLoaded, setLoadedState, sources } from './loaded.ts'
import { isStateArgument, refuseSet } from './options/state-argument.ts'
import { shellWord } from './print/error.ts'
import { hide, hideLiterals } from './print/redact.ts'

const MAX_BYTES = 1_000_000

/**
 * Throws SprkError: exit 66 where the file cannot be read, 78 for what is wrong in it. `needsSecrets`: passwords and
 * keys are looked up, and it is wrong when they are missing. `takesStdin`: the file may be `-`. `writesState`:
 * the command is to write the state file.
 */
export function load(
  file: string,
  set: readonly string[],
  registry: KindRegistry,
  { needsSecrets = false, takesStdin = false, writesState = false } = {},
): Pipeline {
  setLoaded([file, ...set.flatMap((each) => ['--set', each])].map(shellWord).join(' '))
  const text = readPipeline(file, takesStdin)
  sources.set(file, text)
  sources.set(SET, setText(set))
  const secrets = { areNeeded: needsSecrets, readFile: (path: string) => readFileSync(path, 'utf8'), hide }
  const checkReadable = (part: ReadablePart) => checkPart(part, registry)
  const loading = { file, env: process.env, set, kinds: registry, secrets, checkReadable }
  try {
    const spec = loadPipeline(text, loading)
    const { path } = spec.state
    if (writesState) setLoadedState({ path, isBeside: dirname(path) === resolve(dirname(file)) })
    return { spec, plan: compilePlan(spec, registry) }
  } catch (error) {
    hideLiterals(text)
    hideLiterals(setText(set))
    throw error
  }
}

/**
 * The state file of what a command's argument names, a pipeline file or a state file. Throws as `load` does, and exit
 * 64 for --set beside a state file.
 */
export function statePathOf(file: string, set: readonly string[], registry: KindRegistry): string {
  if (!isStateArgument(file)) return load(file, set, registry).spec.state.path
  refuseSet(file, set)
  return file
}

function readPipeline(file: string, takesStdin: boolean): string {
  const isStdin = takesStdin && file === '-'
  let bytes: Buffer
  try {
    if (!isStdin && statSync(file).size > MAX_BYTES && !isSqlite(headOf(file))) throw tooLong(file)
    bytes = isStdin ? readStdin() : readFileSync(file)
  } catch (error) {
    if (error instanceof SprkError) throw error
    throw unreadable(file, error)
  }
  if (isSqlite(bytes)) throw stateFile(file)
  if (bytes.length > MAX_BYTES) throw tooLong(file)
  // Not a TextDecoder: its first use costs every start some 20 ms.
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new SprkError(Exit.CONFIG, {
    code: 'E_ENCODING',
    message: `${file}: a pipeline file is UTF-8 text; this one is not`,
    hint: 'save it as UTF-8',
  })
}

/** Not readFileSync, which fails where nothing has come yet (EAGAIN). */
function readStdin(): Buffer {
  const chunks: Buffer[] = []
  for (let total = 0; total <= MAX_BYTES; ) {
    const chunk = Buffer.alloc(65_536)
    try {
      const read = readSync(0, chunk)
      if (read === 0) break
      chunks.push(chunk.subarray(0, read))
      total += read
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EOF') break
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STDIN_WAIT_MS)
    }
  }
  return Buffer.concat(chunks)
}

const STDIN_WAIT_MS = 10

function tooLong(file: string): SprkError {
  return new SprkError(Exit.CONFIG, { code: 'E_FILE_SIZE', message: `${file}: a pipeline file has at most 1 MB` })
}

function stateFile(file: string): SprkError {
  return new SprkError(Exit.CONFIG, {
    code: 'E_STATE_FILE',
    message: `${file}: this is a state file, or another SQLite database; a pipeline file is needed here`,
    hint: 'name the YAML file that it was made with; `sprk status <pipeline>` and others that only look take either',
  })
}

/** What `node:fs` said of a file that was to be read, in words; `what`: what it should have been. */
export function unreadable(file: string, error: unknown, what = 'a pipeline file'): SprkError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return new SprkError(Exit.NO_INPUT, { code: 'E_NO_FILE', message: `${file}: there is no such file` })
    case 'EISDIR':
      return new SprkError(Exit.NO_INPUT, {
        code: 'E_NO_FILE',
        message: `${file}: this is a directory, not ${what}`,
      })
    case 'EACCES':
      return new SprkError(Exit.PERMISSION, { code: 'E_PERMISSION', message: `${file}: may not be read` })
    default:
      return new SprkError(Exit.NO_INPUT, { code: 'E_NO_FILE', message: `${file}: ${messageOf(error)}` })
  }
}
