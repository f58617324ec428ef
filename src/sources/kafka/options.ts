// What a pipeline file says of the source kafka.

import * as v from 'valibot'
import { bytes, commaList, component, type OptionsOf, oneSpelling, wholeNumber, withOneOf } from '../../options.ts'
import { paceOf, rateKeys, strangeRates } from './rate-options.ts'
import { receiverKeys, receivingOf, strangeReceiver } from './receiver/options.ts'
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
  v.check(isBroker, ({ input }) => `must be host:port\n${brokerHint(input)}`),
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
            v.picklist(['direct', 'receiver']),
            v.description(
              "direct: every batch's offset ranges are fixed before it is read. receiver: members of a consumer group read all the time.",
            ),
          ),
          'direct',
        ),
        receiver: v.optional(v.pipe(receiverKeys, v.description('How receivers work; needs `mode: receiver`.'))),
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
              'The most bytes of the records of one micro-batch, decompressed, and of what it keeps of them until its commit, unless a single record is more; by default `64MB`.',
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
            v.description(
              'The consumer group: in direct mode the one that progress is mirrored to, in receiver mode the one that receivers are members of; by default `sprk-` and the name.',
            ),
          ),
        ),
        mirrorOffsets: v.optional(
          v.pipe(
            v.boolean(),
            v.description(
              'Whether progress is written to the consumer group too, for tools that show lag; always in receiver mode.',
            ),
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
      const subscription = () => subscriptionOf(selectionOf(value))
      for (const issue of strangeRates(value, subscription)) addIssue(issue)
      for (const issue of strangeReceiver(value, subscription)) addIssue(issue)
    }),
  ),
  ({ topics, topicPattern, partitions, startingOffsets, maxRatePerPartition, backpressure, receiver, ...others }) => ({
    ...others,
    ...paceOf({ ...others, maxRatePerPartition, backpressure }),
    receiver: receivingOf(receiver),
    selection: selectionOf({ topics, topicPattern, partitions }),
    startingOffsets: startingOffsetsOf(startingOffsets),
  }),
)

export type KafkaOptions = OptionsOf<typeof kafkaOptions>

function isBroker(text: string): boolean {
  const port = BROKER.exec(text)?.[2]
  return port !== undefined && Number(port) <= 65_535
}

function brokerHint(text: string): string {
  const [, scheme] = /^(\w+:\/\/)/.exec(text) ?? []
  if (scheme !== undefined) return `leave out \`${scheme}\`: \`localhost:9092\``
  if (/^[0-9a-fA-F]*:[0-9a-fA-F:]*:\d+$/.test(text)) return 'an IPv6 address needs brackets: `"[::1]:9092"`'
  if (/^[^:\s]+:\d+$/.test(text)) return 'a port is a number from 1 to 65535, for brokers mostly 9092'
  if (/^[^:\s]+$/.test(text)) return 'the port is missing, for brokers mostly 9092: `localhost:9092`'
  return 'for example `localhost:9092`'
}
