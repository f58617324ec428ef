import { relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Of folders whose tests are pure: one process runs them all, which saves the start of one for each file. */
const PURE = [
  'checkpoint',
  'config',
  'execution',
  'expressions',
  'formats',
  'lint',
  'operations',
  'plan',
  'sinks',
  'transforms',
  'values',
]
const pure = PURE.map((folder) => `test/${folder}/**/*.test.ts`)

/** What measures memory, after all others. */
const alone = ['test/kafka/backlog.test.ts']

/** What takes longest, first: the workers then end at the same time. */
const LONGEST = [
  'test/recovery/faults.test.ts',
  'test/recovery/faults-append.test.ts',
  'test/recovery/faults-upsert.test.ts',
  'test/recovery/replace.test.ts',
  'test/kafka/outages.test.ts',
  'test/kafka/run.test.ts',
  'test/recovery/load.test.ts',
  'test/recovery/kill.test.ts',
  'test/recovery/kill-append.test.ts',
  'test/recovery/kill-upsert.test.ts',
  'test/kafka/count.test.ts',
  'test/kafka/codecs.test.ts',
  'test/cli/replay.test.ts',
  'test/kafka/limits.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      if (project.name === 'pure') return LONGEST.length + 1 // One behind the other, so that they share a process.
      const index = LONGEST.indexOf(relative(import.meta.dirname, moduleId))
      return index === -1 ? LONGEST.length : index
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

// Tests against Kafka and tests of the whole program start processes: on a slow machine with two cores, which has much
// else to do, each may take its time. A document may have no block to test.
const common = { passWithNoTests: true, testTimeout: 240_000, hookTimeout: 240_000 }

export default defineConfig({
  test: {
    globalSetup: 'test/support/kafka-global.ts',
    sequence: { sequencer: LongestFirst },
    // Tests mostly wait: for a broker, for a disk, for a process that ends.
    maxWorkers: 2,
    projects: [
      { test: { name: 'pure', include: pure, isolate: false, ...common } },
      { test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: [...pure, ...alone], ...common } },
      { test: { name: 'alone', include: alone, sequence: { groupOrder: 1 }, ...common } },
    ],
  },
})
