// The present, which is the time of the batch: current_date(), localtimestamp().

import { DATE, type DataType, TIMESTAMP_NTZ } from '../../types.ts'
import { batchTimeAs } from '../analysis/batch.ts'
import type { Entry } from './definition.ts'

/** current_timestamp() and now() are those of analysis/batch.ts. */
export function clockFunctions(): readonly Entry[] {
  return [present('current_date', DATE), present('curdate', DATE), present('localtimestamp', TIMESTAMP_NTZ)]
}

function present(name: string, type: DataType): Entry {
  return [name, { least: 0, most: 0, analyse: (call, context) => batchTimeAs(type, call, context) }]
}
