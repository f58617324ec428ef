// A disk that fails under a pipeline that appends.

import { describe } from 'vitest'
import { describeFaults } from './faults.ts'
import { isFull } from './pipelines.ts'

describe.skipIf(!isFull)('thoroughly', () => describeFaults('append', true))
