import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    passWithNoTests: true,
    globalSetup: 'test/support/kafka-global.ts',
    // Tests against Kafka and tests of the whole program start processes; two cores are the smallest machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
