import { describe, expect, it } from 'vitest'
import {
  type Loss,
  lossError,
  outOfBounds,
  recreated,
  tailChanged,
  truncated,
} from '../../../src/kafka/reading/loss.ts'

const position = { topic: 'orders', partition: 3, next: 25, topicId: 'aa', leaderEpoch: 5, tailHash: '24:ab' }
const log = { start: 20, end: 30 }

function told(loss: Loss | null): unknown {
  if (loss === null) return null
  const { code, exit, message, problems } = lossError([loss])
  return { exit, code, message, hint: problems[0]?.hint, to: loss.toOffset }
}

describe('a saved offset', () => {
  it('within the log is no loss', () => {
    for (const next of [20, 25, 30]) expect(outOfBounds({ ...position, next }, log, 'aa')).toBeNull()
  })

  it('below the log start is data loss', () => {
    expect(told(outOfBounds({ ...position, next: 19 }, log, 'aa'))).toEqual({
      exit: 79,
      code: 'E_OFFSET_GONE',
      message: 'orders/3: saved offset 19 is below log start 20; 1 offsets were deleted before they were read',
      hint: 'sprk offsets reset <pipeline> --topic orders:3 --to-earliest --allow-loss --execute',
      to: 20,
    })
  })

  it('beyond the end of the log is data loss', () => {
    expect(told(outOfBounds({ ...position, next: 31 }, log, 'aa'))).toEqual({
      exit: 79,
      code: 'E_OFFSET_AHEAD',
      message: 'orders/3: saved offset 31 is beyond the end 30 of the log: the topic was truncated',
      hint: 'sprk offsets reset <pipeline> --topic orders:3 --to-offset 30 --allow-duplicates --execute',
      to: 30,
    })
    expect(told(outOfBounds({ ...position, next: 31 }, log, null))).toMatchObject({
      message: expect.stringContaining('truncated or created anew'),
    })
  })

  it('beyond the end of its epoch is data loss', () => {
    expect(truncated(position, 25, log, 'aa')).toBeNull()
    expect(told(truncated(position, 23, log, 'aa'))).toEqual({
      exit: 79,
      code: 'E_TRUNCATED',
      message:
        'orders/3: saved offset 25 is beyond offset 23, where the log was truncated; 2 offsets that were read are no longer what they were, and the log goes up to 30',
      hint: 'sprk offsets reset <pipeline> --topic orders:3 --to-offset 23 --allow-duplicates --execute',
      to: 23,
    })
    expect(told(truncated(position, -1, { start: 20, end: 22 }, 'aa'))).toMatchObject({
      message:
        'orders/3: saved offset 25 is of leader epoch 5, which the log does not know: it was truncated; it goes from 20 to 22',
      to: 22,
    })
  })

  it('of a topic with another id, or behind another record, is data loss', () => {
    const hint = 'sprk offsets reset <pipeline> --topic orders:3 --to-earliest --allow-duplicates --execute'
    expect(told(recreated(position, 'bb', log))).toEqual({
      exit: 79,
      code: 'E_TOPIC_RECREATED',
      message:
        'orders/3: saved offset 25 is of the topic with id aa, which was deleted; now there is another one with id bb: its log goes from 20 to 30',
      hint,
      to: 20,
    })
    expect(told(tailChanged(position, 24, log, 'aa'))).toEqual({
      exit: 79,
      code: 'E_TAIL_CHANGED',
      message:
        'orders/3: the record at offset 24 is not the one that was read before saved offset 25: the topic was truncated or created anew; its log goes from 20 to 30',
      hint,
      to: 20,
    })
  })

  it('is told with those of other partitions, and one command for all that begin at their log starts', () => {
    const gone = [3, 4, 5].map((partition) => outOfBounds({ ...position, partition, next: 19 }, log, 'aa') as Loss)
    const back = recreated({ ...position, topic: 'other', partition: 0 }, 'bb', log)
    const ahead = outOfBounds({ ...position, partition: 9, next: 31 }, log, 'aa') as Loss
    const { problems } = lossError([gone[0] as Loss, ...gone.slice(1), back, ahead])
    expect(problems.map(({ message }) => message.split(':')[0])).toEqual([
      'orders/3',
      'orders/4',
      'orders/5',
      'other/0',
      'orders/9',
    ])
    const earliest =
      'sprk offsets reset <pipeline> --topic orders:3,4,5 --topic other:0 --to-earliest --allow-loss --allow-duplicates --execute'
    const offset = 'sprk offsets reset <pipeline> --topic orders:9 --to-offset 30 --allow-duplicates --execute'
    expect(problems.map(({ hint }) => hint)).toEqual([earliest, undefined, undefined, undefined, offset])
  })

  it('is counted where there are too many', () => {
    const losses = Array.from({ length: 100 }, (_, partition) => recreated({ ...position, partition }, 'bb', log))
    const { problems } = lossError([losses[0] as Loss, ...losses.slice(1)])
    expect(problems).toHaveLength(10)
    expect(problems[0]?.details).toEqual(['and 90 more partitions'])
  })
})
