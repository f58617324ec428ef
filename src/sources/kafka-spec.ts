// What a pipeline file says about the source kafka.

import * as v from 'valibot'
import { bytes, commaList, component, entries, issueAt, kind, type OptionsOf, wholeNumber } from '../spec-kit.ts'

const BROKER = /^(\[[0-9a-fA-F:]+\]|[^\s:,/[\]]+):([1-9]\d{0,4})$/

const broker = v.pipe(
  v.string(),
  v.check(isBroker, 'must be host:port\nfor example `localhost:9092`'),
  v.description('host:port'),
)

const PARTITION = /^(0|[1-9]\d{0,8})$/

/** The rule of org.apache.kafka.common.internals.Topic. */
const topic = v.pipe(
  v.string(),
  v.regex(
    /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/,
    'must be a topic name: letters, digits, `.`, `_` and `-`, at most 249',
  ),
)

const offset = v.union([
  wholeNumber(0, "write `earliest` for Spark's -2, `latest` for -1"),
  v.picklist(['earliest', 'latest']),
])

export const kafkaSpec = kind(
  'Reads topics of an Apache Kafka cluster.',
  v.pipe(
    v.object({
      brokers: v.pipe(
        commaList(broker),
        v.minLength(1, 'must name at least one broker'),
        v.description('The brokers to ask first: `"a:9092,b:9092"` or a list.'),
      ),
      topics: v.pipe(
        v.array(topic),
        v.minLength(1, 'must name at least one topic'),
        v.rawCheck(({ dataset, addIssue }) => {
          if (!dataset.typed) return
          const twice = dataset.value.find((name, i) => dataset.value.indexOf(name) !== i)
          if (twice !== undefined) addIssue({ message: `must name each topic once, but has \`${twice}\` twice` })
        }),
        v.description('The topics to read, all of their partitions.'),
      ),
      mode: v.optional(
        v.pipe(
          v.picklist(['direct']),
          v.description("direct: every batch's offset ranges are fixed before it is read."),
        ),
        'direct',
      ),
      startingOffsets: v.optional(
        v.pipe(
          v.union([
            v.picklist(['earliest', 'latest']),
            v.object({
              offsets: v.pipe(
                entries('a topic', entries('a partition number', offset, PARTITION)),
                v.description('Topic → partition → the first offset to read, or earliest or latest.'),
              ),
            }),
          ]),
          v.description(
            'Where a new state begins; a state file that exists goes on where it stopped. Partitions that appear later are read from their beginning.',
          ),
        ),
        'latest',
      ),
      format: v.pipe(component('formats'), v.description('How the records are written, for example `json`.')),
      maxRecordsPerBatch: v.optional(
        v.pipe(wholeNumber(1), v.description('The most records of one micro-batch.')),
        200_000,
      ),
      maxBytesPerBatch: v.optional(
        v.pipe(
          bytes(),
          v.minValue(1024, 'must be at least 1KiB'),
          v.description('About the most bytes of one micro-batch, as they come from Kafka; by default `64MB`.'),
        ),
        64_000_000,
      ),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed || typeof dataset.value.startingOffsets === 'string') return
      const { topics, startingOffsets } = dataset.value
      for (const { name } of startingOffsets.offsets) {
        if (!topics.includes(name))
          addIssue(issueAt('must be one of `topics`', dataset.value, 'startingOffsets', 'offsets', name))
      }
    }),
  ),
)

export type KafkaOptions = OptionsOf<typeof kafkaSpec>

function isBroker(text: string): boolean {
  const port = BROKER.exec(text)?.[2]
  return port !== undefined && Number(port) <= 65_535
}
