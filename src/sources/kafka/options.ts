// What a pipeline file says of the source kafka.

import * as v from 'valibot'
import { bytes, commaList, component, type OptionsOf, oneSpelling, wholeNumber, withOneOf } from '../../options.ts'
import { paceOf, rateKeys, strangeRates } from './rate-options.ts'
import { securityKeys } from './security-options.ts'
import { subscriptionOf } from './subscription.ts'
import {
  SELECTION_KEYS,
  selectionKeys,
  selectionOf,
  startingOffsets,
  startingOffsetsOf,
  strangeOffsets,
} from './topics-options.ts'

const BROKER = /^(\[[0-9a-fA-F:]+\]|[^\s:,/[\]]+):([1-9]\d{0,4})$/

const broker = v.pipe(
  v.string(),
  v.check(isBroker, 'must be host:port\nfor example `localhost:9092`'),
  v.description('host:port'),
)

export const kafkaOptions = oneSpelling(
  v.pipe(
    withOneOf(
      v.object({
        brokers: v.pipe(
          commaList(broker),
          v.minLength(1, 'must name at least one broker'),
          v.description('The brokers to ask first: `"a:9092,b:9092"` or a list.'),
        ),
        ...selectionKeys,
        ...securityKeys,
        mode: v.optional(
          v.pipe(
            v.picklist(['direct']),
            v.description("direct: every batch's offset ranges are fixed before it is read."),
          ),
          'direct',
        ),
        startingOffsets,
        format: v.pipe(component('formats'), v.description('How the records are written, for example `json`.')),
        maxRecordsPerBatch: v.optional(
          v.pipe(wholeNumber(1), v.description('The most records of one micro-batch.')),
          200_000,
        ),
        maxBytesPerBatch: v.optional(
          v.pipe(
            bytes(),
            v.minValue(1024, 'must be at least 1KiB'),
            v.description(
              'The most bytes of the records of one micro-batch, decompressed, unless a single one is longer; by default `64MB`.',
            ),
          ),
          64_000_000,
        ),
        ...rateKeys,
        onDataLoss: v.optional(
          v.pipe(
            v.picklist(['fail', 'continue']),
            v.description(
              'What to do where the log no longer has what comes next, or is another one: `fail` (exit 79), or `continue` with what it has.',
            ),
          ),
          'fail',
        ),
        groupId: v.optional(
          v.pipe(
            v.string(),
            v.minLength(1, 'must not be empty'),
            v.description('The consumer group that progress is mirrored to; by default `sprk-` and the name.'),
          ),
        ),
        mirrorOffsets: v.optional(
          v.pipe(
            v.boolean(),
            v.description('Whether progress is written to the consumer group too, for tools that show lag.'),
          ),
          true,
        ),
      }),
      ...SELECTION_KEYS,
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      for (const issue of strangeOffsets(dataset.value)) addIssue(issue)
      const { value } = dataset
      for (const issue of strangeRates(value, () => subscriptionOf(selectionOf(value)))) addIssue(issue)
    }),
  ),
  ({ topics, topicPattern, partitions, startingOffsets, maxRatePerPartition, backpressure, ...others }) => ({
    ...others,
    ...paceOf({ ...others, maxRatePerPartition, backpressure }),
    selection: selectionOf({ topics, topicPattern, partitions }),
    startingOffsets: startingOffsetsOf(startingOffsets),
  }),
)

export type KafkaOptions = OptionsOf<typeof kafkaOptions>

function isBroker(text: string): boolean {
  const port = BROKER.exec(text)?.[2]
  return port !== undefined && Number(port) <= 65_535
}
