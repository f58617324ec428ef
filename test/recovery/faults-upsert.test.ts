// A disk that fails under a pipeline that upserts.

import { describe } from 'vitest'
import { describeFaults } from './faults.ts'
import { isFull } from './pipelines.ts'

describe.skipIf(!isFull)('thoroughly', () => describeFaults('upsert', true))
