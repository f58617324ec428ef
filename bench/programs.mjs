// @ts-check
// What else is timed beside sprk: the floor under every Node program, kcat, and Node itself.

import { strictEqual } from 'node:assert'
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} title
 * @property {boolean} isReader  whether it reads the events
 * @property {boolean} drop      its output goes to /dev/null
 * @property {(address: string, topic: string) => string[]} command
 * @property {(stdout: string, records: number) => void} check   throws where the result is wrong
 * @property {() => boolean} isInstalled
 */

/** @type {readonly Program[]} */
export const programs = [
  {
    name: 'floor',
    title: "the same bytes through kafkajs's connection, dropped",
    isReader: true,
    drop: false,
    command: (address, topic) => [process.execPath, fileURLToPath(import.meta.resolve('./floor.mjs')), address, topic],
    check: (stdout, records) => strictEqual(JSON.parse(stdout).records, records),
    isInstalled: () => true,
  },
  {
    name: 'kcat',
    title: '`kcat … > /dev/null`',
    isReader: true,
    drop: true,
    command: (address, topic) => ['kcat', '-q', '-C', '-b', address, '-t', topic, '-o', 'beginning', '-e'],
    check: () => {},
    isInstalled: () => spawnSync('kcat', ['-V']).error === undefined,
  },
  {
    name: 'node',
    title: '`node -e 0`',
    isReader: false,
    drop: false,
    command: () => [process.execPath, '-e', '0'],
    check: () => {},
    isInstalled: () => true,
  },
]
