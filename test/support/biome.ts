// Lints files that do not exist in the tree, with the tree's biome.json.

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Path from the root → the rules that the file breaks, each with its line: `style/noDefaultExport:1`. */
export async function lint(files: Readonly<Record<string, string>>): Promise<Map<string, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'sprk-lint-'))
  try {
    const config = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'))
    await writeFile(join(folder, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }))
    await cp(join(root, 'package.json'), join(folder, 'package.json'))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return collect(await runBiome(folder), Object.keys(files))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Report {
  readonly diagnostics: readonly {
    readonly category: string
    readonly severity: string
    readonly location: { readonly path: string; readonly start?: { readonly line: number } }
  }[]
}

function runBiome(folder: string): Promise<Report> {
  const args = [
    join(root, 'node_modules/@biomejs/biome/bin/biome'),
    'lint',
    '--reporter=json',
    '--max-diagnostics=none',
  ]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (stdout === '') reject(error)
      else resolve(JSON.parse(stdout))
    })
  })
}

function collect({ diagnostics }: Report, paths: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>(paths.map((path) => [path, []]))
  for (const { category, severity, location } of diagnostics) {
    if (severity !== 'error' && severity !== 'warning') continue
    found.get(location.path)?.push(`${category.replace(/^lint\//, '')}:${location.start?.line ?? 0}`)
  }
  return found
}
