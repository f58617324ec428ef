// @ts-check
// Runs a program and measures it as a whole: wall time from its start to its end, CPU time, peak memory.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { text } from 'node:stream/consumers'

/** bash tells milliseconds, other shells hundredths of a second. */
const shell = spawnSync('bash', ['-c', 'exit']).error === undefined ? 'bash' : 'sh'

/** A shell's `times` tells what its children used, on every Unix; their memory has to be watched by pid. */
const script = '"$@" & echo $! >&3; wait $!; code=$?; times >&3; exit $code'
const watchMs = 20

/**
 * @typedef {object} Measurement
 * @property {number} wallS
 * @property {number} cpuS          user and system
 * @property {number | null} rssMb  peak; null where there is no /proc
 */

/**
 * @param {readonly string[]} command
 * @param {Readonly<Record<string, string>>} [env]  added to this process's own
 * @param {boolean} [drop]  the output goes to /dev/null
 * @param {AbortSignal} [stop]  ends the program by SIGTERM
 * @returns {Promise<{measurement: Measurement, stdout: string}>}
 */
export async function measure(command, env = {}, drop = false, stop) {
  const startedAt = performance.now()
  const child = spawn(shell, ['-c', script, shell, ...command], {
    env: { ...environment(), ...env },
    stdio: ['ignore', drop ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const report = /** @type {import('node:stream').Readable} */ (child.stdio[3])
  const [pid] = await once(report.setEncoding('utf8'), 'data')
  const watch = watchMemory(Number.parseInt(pid, 10))
  const kill = () => end(Number.parseInt(pid, 10))
  process.once('exit', kill)
  stop?.addEventListener('abort', kill)
  const [stdout, stderr, times, [code]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    text(/** @type {import('node:stream').Readable} */ (child.stderr)),
    text(report),
    exited,
  ])
  process.off('exit', kill)
  stop?.removeEventListener('abort', kill)
  const wallS = (performance.now() - startedAt) / 1000
  const rssMb = watch.stop()
  if (code !== 0) throw new Error(`${command.join(' ')}: exit ${code}\n${stderr}`)
  return { measurement: { wallS, cpuS: childSeconds(pid + times), rssMb }, stdout }
}

/** It may have ended. @param {number} pid */
function end(pid) {
  try {
    process.kill(pid)
  } catch {
    // No such process.
  }
}

/** Without what would make each Node start slower by 100 ms. */
function environment() {
  const { NODE_EXTRA_CA_CERTS, ...env } = process.env
  return env
}

/** The second line of `times`: user and system time of the children, as `0m0.42s 0m0.05s`. @param {string} report */
function childSeconds(report) {
  const [user, system] = report.trim().split('\n').at(-1)?.split(' ') ?? []
  return seconds(user) + seconds(system)
}

/** @param {string | undefined} time */
function seconds(time) {
  const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(time ?? '') ?? []
  return Number(minutes) * 60 + Number(rest)
}

/** The kernel keeps the peak; only what is new in the last 20 ms of a process is missed. @param {number} pid */
function watchMemory(pid) {
  /** @type {number | null} */
  let peakMb = null
  const look = () => {
    try {
      const [, kb] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      if (kb !== undefined) peakMb = Number(kb) / 1024
    } catch {
      // It has ended, or there is no /proc.
    }
  }
  const timer = setInterval(look, watchMs)
  look()
  return {
    stop() {
      clearInterval(timer)
      return peakMb
    },
  }
}
