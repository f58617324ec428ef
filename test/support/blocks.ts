// Blocks as receivers store them, of one batch each.

import type { Block } from '../../src/block.ts'
import { encodeBatch } from './record-batch.ts'

/** Records `v<offset>` of `events/<partition>`. */
export function blockOf(
  partition: number,
  fromOffset: number,
  untilOffset: number,
  changes: Partial<Block> = {},
): Block {
  const records = Array.from({ length: untilOffset - fromOffset }, (_, i) => ({ value: `v${fromOffset + i}` }))
  const bytes = encodeBatch({ baseOffset: fromOffset, records })
  return {
    ...{ topic: 'events', topicId: null, partition, fromOffset, untilOffset, step: null },
    ...{ leaderEpoch: 0, tailHash: null, aborted: [], byteLength: bytes.length, bytes },
    ...changes,
  }
}
