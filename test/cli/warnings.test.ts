// What is right in a pipeline file, but likely meant otherwise, is said by `validate` and `run`, and by no exit code.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runSprk } from '../support/sprk.ts'
import { temporaryDirectory } from '../support/state-file.ts'

const PIPELINE = `name: w
source: {file: {path: in.ndjson, format: json}}
transforms:
  - filter: country = '\${COUNTRY}'
  - map: {c: country}
sink: {sqlite: {table: t}}
`

test('a variable in an expression is warned of at its place', async () => {
  const cwd = temporaryDirectory()
  writeFileSync(join(cwd, 'w.yaml'), PIPELINE)
  writeFileSync(join(cwd, 'in.ndjson'), '{"country":"DE"}\n')
  const warned = expect.stringMatching(
    /^sprk: warning\[W_VARIABLE\]: w\.yaml:4:24: `\$\{COUNTRY\}` in an expression is not/,
  )
  expect(await runSprk(['validate', 'w.yaml'], { cwd })).toMatchObject({
    code: 0,
    stdout: 'w.yaml: w is valid\n',
    stderr: warned,
  })
  expect(await runSprk(['run', 'w.yaml', '--once'], { cwd })).toMatchObject({ code: 0, stderr: warned })
  expect(await runSprk(['run', 'w.yaml', '--once', '--quiet'], { cwd })).toMatchObject({ code: 0, stderr: '' })
})
