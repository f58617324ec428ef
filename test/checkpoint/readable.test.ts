// Who can read the state file between two runs.

import { chmodSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { verifyState } from '../../src/operations/verify/verify.ts'
import { temporaryDirectory, usedStateFile } from '../support/state-file.ts'

const isRoot = process.getuid?.() === 0

const NOBODY = 65534

/** As an account that may read the folder and the file, and write neither. */
function asNobody<T>(path: string, action: () => T): T {
  for (const file of readdirSync(dirname(path))) chmodSync(join(dirname(path), file), 0o644)
  chmodSync(dirname(path), 0o755)
  process.seteuid?.(NOBODY)
  try {
    return action()
  } finally {
    process.seteuid?.(0)
  }
}

it.skipIf(!isRoot)('a state file that an account cannot open is not called unsound (as root)', async () => {
  const path = join(temporaryDirectory(), 'state.db')
  await usedStateFile(path)
  expect(() => asNobody(path, () => verifyState(path))).toThrow(
    expect.objectContaining({ exit: 77, message: expect.stringContaining('cannot be opened from this account') }),
  )
  expect(verifyState(path).flatMap(({ problems }) => problems)).toEqual([])
})
