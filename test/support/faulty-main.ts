// The command line with a source file that does what SPRK_TEST_FAULT says: `bug` throws as no source may, `stuck` writes
// `closing` on stderr when it is closed and does not end.

import { fail } from '../../src/cli/fail.ts'
import { kinds } from '../../src/cli/kinds.ts'
import { program } from '../../src/cli/program.ts'
import type { Kind, Kinds } from '../../src/kind.ts'
import type { Source } from '../../src/source.ts'

function faulty(source: Source): Source {
  const fault = process.env['SPRK_TEST_FAULT']
  return {
    ...(source.unit !== undefined && { unit: source.unit }),
    open: (start, signal) => source.open(start, signal),
    ends: (signal) => source.ends(signal),
    plan(limits, signal) {
      if (fault === 'bug') throw new TypeError('this was not meant to happen')
      return source.plan(limits, signal)
    },
    latest: () => source.latest(),
    chunks: (ranges, signal) => source.chunks(ranges, signal),
    async close() {
      await source.close()
      if (fault !== 'stuck') return
      process.stderr.write('closing\n')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    },
  }
}

const file = kinds.sources.get('file') as Kind<'sources'>
const double: Kind<'sources'> = { ...file, create: (...args) => faulty(file.create(...args)) }
const registry: Kinds = { ...kinds, sources: new Map([['file', double]]) }

export const ended: Promise<void> = program(process.argv.slice(2), registry)
  .catch(fail)
  .then((code) => {
    process.exitCode = code
  })
