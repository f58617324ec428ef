// A pipeline that upserts is killed at every call.

import { describe } from 'vitest'
import { describeKills } from './kills.ts'
import { isFull } from './pipelines.ts'

describe.skipIf(!isFull)('thoroughly', () => describeKills('upsert', 3))
