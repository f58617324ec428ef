// Runs the built program under strace: lists the system calls that touch its state file, or kills it at one of them.

import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Calls that change files or make them durable: between two of them, a crash finds the same files. */
export const SYSCALLS = [
  'openat',
  'pwrite64',
  'write',
  'fsync',
  'fdatasync',
  'ftruncate',
  'link',
  'linkat',
  'unlink',
  'unlinkat',
  'rename',
] as const
export type Syscall = (typeof SYSCALLS)[number]

export interface TracedCall {
  readonly thread: string
  readonly syscall: Syscall
  /** As strace writes it. */
  readonly text: string
}

export interface TracedResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly calls: readonly TracedCall[]
}

/** A JavaScript program and its arguments, and the state file that it works on. */
export interface Target {
  readonly program: string
  readonly args: readonly string[]
  readonly state: string
}

export const sprkProgram = fileURLToPath(new URL('../../bin/sprk.js', import.meta.url))

export const straceAvailable = (() => {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Runs to the end. */
export function trace(target: Target): Promise<TracedResult> {
  return strace(target, SYSCALLS, [])
}

/** Kills the process (SIGKILL) at the entrance of the `n`th call of this kind that touches the state file's files. */
export function killAt(target: Target, syscall: Syscall, n: number): Promise<TracedResult> {
  return strace(target, [syscall], ['-e', `inject=${syscall}:signal=KILL:when=${n}`])
}

/** Lets the `n`th call of this kind fail. */
export function failAt(target: Target, syscall: Syscall, error: string, n: number): Promise<TracedResult> {
  return strace(target, [syscall], ['-e', `inject=${syscall}:error=${error}:when=${n}`])
}

function strace(
  { program, args, state }: Target,
  syscalls: readonly Syscall[],
  inject: readonly string[],
): Promise<TracedResult> {
  const log = `${dirname(state)}.strace`
  const paths = pathsOf(state).flatMap((path) => ['-P', path])
  // Without --seccomp-bpf, which swallows the signal. Its counters are by thread: see `threadsOf`.
  const options = ['-f', '-y', '-qq', '-o', log, ...paths, '-e', `trace=${syscalls.join(',')}`, ...inject]
  const child = spawn('strace', [...options, process.execPath, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, output, calls: parse(readFileSync(log, 'utf8')) })
    })
  })
}

/** Everything that SQLite and the checkpoint make beside a state file, and its directory. */
function pathsOf(state: string): readonly string[] {
  const made = [state, `${state}.new`, `${state}.lock`]
  return [...made.flatMap((path) => [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]), dirname(state)]
}

function parse(log: string): readonly TracedCall[] {
  return log.split('\n').flatMap((line) => {
    const match = /^(\d+)\s+(\w+)\((.*)$/.exec(line)
    const syscall = SYSCALLS.find((name) => name === match?.[2])
    return syscall === undefined ? [] : [{ thread: match?.[1] ?? '', syscall, text: line }]
  })
}

/** strace counts for each thread on its own: `killAt` counts right only where there is one. */
export function threadsOf(calls: readonly TracedCall[]): number {
  return new Set(calls.map(({ thread }) => thread)).size
}
