// A pipeline that appends is killed at every call.

import { describe } from 'vitest'
import { describeKills } from './kills.ts'
import { isFull } from './pipelines.ts'

describe.skipIf(!isFull)('thoroughly', () => describeKills('append', 5))
