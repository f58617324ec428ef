// Runs the built program as a child process. Importing this file builds it where it is out of date.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isStale, root } from '../../scripts/build.mjs'

if (isStale()) await build()

/** scripts/node-matrix.mjs gives another Node, and a folder with the program and packages that were compiled for it. */
export const node = process.env['SPRK_TEST_NODE'] ?? process.execPath
const app = process.env['SPRK_TEST_APP'] ?? root
const program = join(app, 'bin/sprk.js')

/** Builds a program with another entry: a file of this folder. It lies where it finds the packages; remove its folder. */
export async function buildVariant(entry: string): Promise<string> {
  const cache = join(app, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const variant = join(mkdtempSync(join(cache, 'sprk-test-')), 'sprk.cjs')
  await build(fileURLToPath(new URL(entry, import.meta.url)), variant)
  return variant
}

export interface SprkOptions {
  /** Another program than the built one: a path. */
  readonly program?: string
  /** Beside PATH, HOME and TMPDIR, which are all it inherits. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Another user than the one who runs the tests; only root may. */
  readonly uid?: number | undefined
  /** Standard input; empty by default. */
  readonly input?: string | Uint8Array
  /** After that the process is killed; a minute by default. */
  readonly timeoutMs?: number
}

export interface SprkResult {
  /** Null where a signal ended the process. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningSprk {
  readonly pid: number
  /** What it has written so far. */
  readonly stdout: string
  readonly stderr: string
  kill(signal: NodeJS.Signals): void
  /** Goes away from its stdout, as `head` does when it has read enough. */
  closeOutput(): void
  /** Waits until stdout or stderr matches. Fails when the process ends before. */
  waitFor(pattern: RegExp): Promise<void>
  readonly done: Promise<SprkResult>
}

/** Runs `sprk ARGS` to its end. */
export function runSprk(args: readonly string[], options: SprkOptions = {}): Promise<SprkResult> {
  return startSprk(args, options).done
}

/** Starts `sprk ARGS` and returns at once. */
export function startSprk(args: readonly string[], options: SprkOptions = {}): RunningSprk {
  const child = spawn(node, [options.program ?? program, ...args], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    env: { ...inherited(), ...options.env },
  })
  child.stdin.on('error', () => {}).end(options.input ?? '')
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => (stdout += data))
  child.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data))
  const done = new Promise<SprkResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout, stderr })
    })
  })
  return {
    pid: child.pid ?? -1,
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    kill: (signal) => child.kill(signal),
    closeOutput: () => child.stdout.destroy(),
    waitFor: (pattern) => waitForOutput(child, pattern, () => [stdout, stderr]),
    done,
  }
}

function waitForOutput(child: ChildProcess, pattern: RegExp, output: () => readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => output().some((text) => pattern.test(text)) && resolve()
    child.stdout?.on('data', check)
    child.stderr?.on('data', check)
    child.on('close', () => reject(new Error(`the process ended before ${pattern}:\n${output().join('\n')}`)))
    check()
  })
}

function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}
