// The double of a source is a source.

import { sourceContract } from '../contract/source.ts'
import { memoryLog, memorySource } from './memory-source.ts'

sourceContract('memory', async () => {
  const log = memoryLog({ 'a/0': [], 'a/1': [] })
  return {
    append: async (partition, values) => void log.partitions.get(`a/${partition}`)?.push(...values),
    grow: async () => void log.partitions.set('a/2', []),
    source: () => memorySource(log),
    close: async () => {},
  }
})
