// What a state file says of the positions of one source.

import { assertName, readResume, stateExists, viewState } from '../../checkpoint/index.ts'
import type { ResumePoint } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Position } from '../../log.ts'
import { warning } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { partitionKey } from '../../record.ts'
import { shortList } from '../../words.ts'
import { readWaiting, type Waiting } from '../history/blocks.ts'
import { type RecordedHistory, readHistory } from '../history/recorded.ts'
import { readMeta } from '../history/rows.ts'
import type { Host } from '../host.ts'
import type { Pipeline } from '../pipeline.ts'
import { selectPartitions } from './selection.ts'

export interface Saved {
  /** The source has met neither its log nor a partition yet, or there is no state file. */
  readonly isNew: boolean
  readonly logId: string | null
  readonly positions: readonly Position[]
}

export interface SavedState extends Saved {
  readonly stateId: string | null
  /** Null where there is no state file. */
  readonly history: RecordedHistory | null
  /** What was received and is not processed. */
  readonly waiting: ReadonlyPartitionMap<Waiting>
}

/** Where there is no state file, nothing is saved. Throws a SprkError (exit 78) where it is another pipeline's. */
export function readSaved({ spec, plan }: Pipeline): SavedState {
  const { path } = spec.state
  const nothing = {
    isNew: true,
    logId: null,
    positions: [],
    stateId: null,
    history: null,
    waiting: new PartitionMap<never>(),
  }
  if (!stateExists(path)) return nothing
  return viewState(path, (transaction) => {
    assertName(path, transaction, plan.name)
    const { stateId } = readMeta(transaction)
    const saved = savedOf(readResume(transaction), plan.source.id)
    const waiting = readWaiting(transaction, plan.source.id)
    return { ...saved, stateId, history: readHistory(transaction, plan.source.id), waiting }
  })
}

/** What `open` of a source is given, and how it decides that a state is new. */
export function savedOf({ logIds, positions }: ResumePoint, source: string): Saved {
  const saved = positions.get(source) ?? []
  const logId = logIds.get(source) ?? null
  return { isNew: logId === null && saved.length === 0, logId, positions: saved }
}

/**
 * The saved positions of what the pipeline reads, from the state file alone. `topics`: as --topic names them. Throws a
 * SprkError (exit 66) where there is no state file, or no such topic.
 */
export async function savedPositions(
  pipeline: Pipeline,
  topics: readonly string[],
  host: Host,
): Promise<readonly Position[]> {
  const { path } = pipeline.spec.state
  const { positions, stateId } = readSaved(pipeline)
  if (stateId === null && !stateExists(path)) throw notRun(path)
  const view = pipeline.plan.source.view(host.clock, stateId)
  const read = positions.filter((at) => view.selects(at))
  await view.close()
  const others = positions.filter((at) => !read.includes(at)).map(partitionKey)
  if (others.length > 0 && topics.length === 0) {
    host.tell(warning(`${shortList(others)}: saved, but the pipeline does not read it any more: left out`))
  }
  return selectPartitions(topics, read)
}

function notRun(path: string): SprkError {
  return new SprkError(Exit.NO_INPUT, {
    code: 'E_NO_STATE',
    message: `${path}: there is no such state file: the pipeline has not run yet, so there are no positions to export`,
  })
}
