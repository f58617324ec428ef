// The command line with a source double: records in memory, and with SPRK_TEST_FREEZE=1 a process that stops itself
// (SIGSTOP) when it has read a batch and not yet committed it.

import { fail } from '../../src/cli/fail.ts'
import { kinds } from '../../src/cli/kinds.ts'
import { program } from '../../src/cli/program.ts'
import type { Kind, Kinds } from '../../src/kind.ts'
import type { Source } from '../../src/source.ts'
import { memoryLog, memorySource } from './memory-source.ts'

const values = Array.from({ length: 40 }, (_, i) => JSON.stringify({ city: `city ${i % 7}` }))

function freezing(source: Source): Source {
  return {
    ...source,
    async *chunks(ranges, signal) {
      const effective = yield* source.chunks(ranges, signal)
      if (process.env['SPRK_TEST_FREEZE'] === '1') process.kill(process.pid, 'SIGSTOP')
      return effective
    },
  }
}

const kafka = kinds.sources.get('kafka') as Kind<'sources'>
const double: Kind<'sources'> = {
  ...kafka,
  create: () => freezing(memorySource(memoryLog({ 'events/0': values, 'events/1': values }))),
  mirror: () => null,
}
const registry: Kinds = { ...kinds, sources: new Map([['kafka', double]]) }

export const ended: Promise<void> = program(process.argv.slice(2), registry)
  .catch(fail)
  .then((code) => {
    process.exitCode = code
  })
