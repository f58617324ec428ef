// @ts-check
// Writes pipeline.schema.json from the specs of all kinds. A test fails when it is stale.
//
//   npm run schema

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { build, root } from './build.mjs'

// Inside the repository, so that the bundle finds the packages that are not bundled.
const temporary = mkdtempSync(join(root, 'node_modules/.pipeline-schema-'))
try {
  const entry = join(temporary, 'entry.ts')
  const bundle = join(temporary, 'bundle.js')
  writeFileSync(
    entry,
    `import { kinds } from ${JSON.stringify(join(root, 'src/cli/kinds.ts'))}
     import { pipelineSchema } from ${JSON.stringify(join(root, 'src/config/json-schema.ts'))}
     export const schema = pipelineSchema(kinds.specs)`,
  )
  await build(entry, bundle)
  const { schema } = await import(pathToFileURL(bundle).href)
  const file = join(root, 'pipeline.schema.json')
  writeFileSync(file, JSON.stringify(schema, null, 2))
  execFileSync(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--write', file])
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
