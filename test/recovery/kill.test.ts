// A pipeline that merges is killed at every call.

import { describeKills } from './kills.ts'

describeKills('merge', 2)
