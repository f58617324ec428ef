// Stack traces of the bundle, as traces of its sources.

import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'

/** `at run (/…/dist/sprk.cjs:417:15649)` → `at run (src/cli/commands/run.ts:36:7)`; the rest stays as it is. */
export function withSourcePositions(stack: string): string {
  const maps = new Map<string, SourceMap | null>()
  return stack.replaceAll(/(\/[^\s():]+):(\d+):(\d+)/g, (position, file: string, line: string, column: string) => {
    if (!maps.has(file)) maps.set(file, mapOf(file))
    const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1)
    if (entry === undefined || !('originalSource' in entry)) return position
    const source = entry.originalSource.replace(/^(\.\.\/)+/, '')
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}

/** Null where none lies beside the file, or it cannot be read. */
function mapOf(file: string): SourceMap | null {
  try {
    const path = `${file}.map`
    return existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : null
  } catch {
    return null
  }
}
