// How long the history of a pipeline is kept, in words.

import { BOUNDS } from '../checkpoint/prune.ts'
import { DEFAULT_RETENTION, type Retain } from '../checkpoint/retention.ts'
import { formatAge } from '../duration.ts'
import { count } from '../words.ts'

/** `batches for 7 d, the newest 10,000 always; dead letters forever`. */
export function retentionText(retain: Retain): string {
  const of = (key: keyof Retain) => lengthText(retain[key] ?? DEFAULT_RETENTION[key])
  const always = retain.batchesMs === Infinity ? '' : `, the newest ${count(BOUNDS.keptBatches)} always`
  const unsaid = (['batchesMs', 'deadLettersMs'] as const).filter((key) => retain[key] === null)
  const what = unsaid.length === 2 ? 'both' : unsaid.includes('batchesMs') ? 'batches' : 'dead letters'
  const old = unsaid.length === 0 ? '' : `; ${what} forever in a state file of an earlier version`
  return `batches ${of('batchesMs')}${always}; dead letters ${of('deadLettersMs')}${old}`
}

function lengthText(ms: number): string {
  return ms === Infinity ? 'forever' : `for ${formatAge(ms)}`
}
