// Whether the dead letters of a state file are those that its batches have counted.

import { toNumber, type View } from '../../checkpoint/index.ts'
import { readDeadLetterCount } from '../dead-letters.ts'
import { readPruned } from '../history/pruned.ts'
import type { ReportProblem } from './reports.ts'

/** Of batches whose dead letters were pruned, or that were pruned themselves, only the totals are checked. */
export function checkDeadLetters(view: View, report: ReportProblem): void {
  const pruned = readPruned(view)
  const counted = view.each(
    `SELECT b.batch_id, b.dead_letters, ifnull(d.n, 0) AS n
       FROM sprk_batches b LEFT JOIN (SELECT batch_id, count(*) AS n FROM sprk_dead_letters GROUP BY batch_id) d
         ON d.batch_id = b.batch_id
      WHERE b.dead_letters <> ifnull(d.n, 0) AND b.batch_id > ${pruned.deadLettersThrough} ORDER BY b.batch_id`,
  )
  for (const { batch_id, dead_letters, n } of counted)
    report(`batch ${batch_id} counted ${dead_letters}, ${n} are kept`)
  const strays = view.each(
    `SELECT batch_id, topic, partition, "offset" FROM sprk_dead_letters d
      WHERE batch_id >= (SELECT min(batch_id) FROM sprk_batches) AND NOT EXISTS (
        SELECT 1 FROM sprk_batch_ranges r
         WHERE r.batch_id = d.batch_id AND r.source = d.source AND r.topic = d.topic AND r.partition = d.partition
           AND d."offset" >= r.from_offset AND d."offset" < r.until_offset) ORDER BY id`,
  )
  for (const { batch_id, topic, partition, offset } of strays) {
    report(`${topic}/${partition} offset ${offset} is in no range of its batch ${batch_id}`)
  }
  if (pruned.lastBatchId === 0 && pruned.deadLetters === 0) return
  const batches = view.prepare('SELECT min(batch_id) AS first, sum(dead_letters) AS n FROM sprk_batches').get()
  // Where a user has deleted the first batches, nobody knows how many they counted.
  if ((pruned.firstBatchId || toNumber(batches?.['first'])) !== 1) return
  const total = pruned.counts.deadLetters + toNumber(batches?.['n'])
  const kept = readDeadLetterCount(view)
  if (total === kept + pruned.deadLetters) return
  report(`all batches counted ${total}, ${kept} are kept and ${pruned.deadLetters} were pruned`)
}
