// @ts-check
// Writes pipeline.schema.json from what all kinds say of their options. A test fails when it is stale.
//
//   npm run schema

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
     export const schema = pipelineSchema(kinds)`,
  )
  await build(entry, bundle)
  const { schema } = await import(pathToFileURL(bundle).href)
  writeFileSync(join(root, 'pipeline.schema.json'), `${JSON.stringify(schema, null, 2)}\n`)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
