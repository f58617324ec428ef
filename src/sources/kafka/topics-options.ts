// What a pipeline file says of the topics that are read, and where reading of them begins.

import * as v from 'valibot'
import { compileRegex } from '../../expressions/index.ts'
import { entries, issueAt, parsedText, wholeNumber, withOneOf } from '../../options.ts'
import type { Entry } from '../../spec.ts'
import { parseTimestamp } from '../../values/parse-time.ts'
import { RowFault } from '../../values/row-fault.ts'
import { zone } from '../../values/zone.ts'
import type { StartingOffset, StartingOffsets } from './start.ts'
import { type Selection, subscriptionOf } from './subscription.ts'

const PARTITION = /^(0|[1-9]\d{0,8})$/

/** The rule of org.apache.kafka.common.internals.Topic. */
const TOPIC = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/

const topic = v.pipe(v.string(), v.regex(TOPIC, 'must be a topic name: letters, digits, `.`, `_` and `-`, at most 249'))

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/

function eachOnce<Item extends string | number>(noun: string) {
  return v.rawCheck<Item[]>(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const twice = dataset.value.find((item, i) => dataset.value.indexOf(item) !== i)
    if (twice !== undefined) addIssue({ message: `must name each ${noun} once, but has \`${twice}\` twice` })
  })
}

/** The keys of a source kafka of which exactly one is given. */
export const selectionKeys = {
  topics: v.optional(
    v.pipe(
      v.array(topic),
      v.minLength(1, 'must name at least one topic'),
      eachOnce('topic'),
      v.description('The topics to read, all of their partitions.'),
    ),
  ),
  topicPattern: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1, 'must be a regular expression'),
      v.rawCheck(({ dataset, addIssue }) => {
        const fault = dataset.typed ? regexFault(dataset.value) : undefined
        if (fault !== undefined) addIssue({ message: `must be a regular expression\n${fault}` })
      }),
      v.description('A regular expression: every topic whose whole name matches is read, also those to come.'),
    ),
  ),
  partitions: v.optional(
    v.pipe(
      entries(
        'a topic',
        v.pipe(v.array(wholeNumber(0)), v.minLength(1, 'must name at least one partition'), eachOnce('partition')),
        { allowed: TOPIC },
      ),
      v.minLength(1, 'must name at least one topic'),
      v.description('Topic → the numbers of the partitions to read.'),
    ),
  ),
}

export const SELECTION_KEYS = ['topics', 'topicPattern', 'partitions'] as const

interface SelectionKeys {
  readonly topics?: readonly string[] | undefined
  readonly topicPattern?: string | undefined
  readonly partitions?: readonly Entry<readonly number[]>[] | undefined
}

export function selectionOf({ topics, topicPattern, partitions }: SelectionKeys): Selection {
  if (topics !== undefined) return { topics }
  if (topicPattern !== undefined) return { topicPattern }
  return { partitions: new Map(partitions?.map(({ name, value }) => [name, value])) }
}

const TIME_HINT =
  'for a time write `{at: 2026-01-01T00:00:00Z}`, for single offsets `{offsets: {events: {0: 42, 1: earliest}}}`'

const offset = v.union([
  wholeNumber(0, "write `earliest` for Spark's -2, `latest` for -1"),
  v.picklist(['earliest', 'latest']),
])

export const startingOffsets = v.optional(
  v.pipe(
    v.union([
      v.picklist(['earliest', 'latest'], TIME_HINT),
      withOneOf(
        v.object({
          at: v.optional(
            v.pipe(
              parsedText('a time with its zone such as 2026-01-01T00:00:00Z', TIME, parseTime),
              v.description('A time: the first record that is as late; the end of a partition that has none.'),
            ),
          ),
          offsets: v.optional(
            v.pipe(
              entries(
                'a topic',
                entries('a partition number', offset, { allowed: PARTITION, holds: 'the offset of partition' }),
              ),
              v.description('Topic → partition → the first offset to read, or earliest or latest.'),
            ),
          ),
        }),
        'at',
        'offsets',
      ),
    ]),
    v.description(
      'Where a new state begins; a state file that exists goes on where it stopped. Partitions that appear later are read from their beginning.',
    ),
  ),
  'latest',
)

type StartingOffsetsValue = v.InferOutput<typeof startingOffsets>

export function startingOffsetsOf(value: StartingOffsetsValue): StartingOffsets {
  if (typeof value === 'string') return value
  if (value.at !== undefined) return { at: value.at }
  const byPartition = (of: readonly Entry<StartingOffset>[]) =>
    new Map(of.map((each) => [Number(each.name), each.value]))
  const { offsets = [] } = value
  return {
    offsets: new Map(offsets.map(({ name, value }) => [name, byPartition(value)])),
    places: new Map(offsets.map(({ name, place }) => [name, place])),
  }
}

/** Offsets that are given for what is not read. */
export function* strangeOffsets(value: SelectionKeys & { readonly startingOffsets: StartingOffsetsValue }) {
  const key = SELECTION_KEYS.find((each) => value[each] !== undefined) ?? 'topics'
  if (typeof value.startingOffsets === 'string') return
  const { selects } = subscriptionOf(selectionOf(value))
  for (const { name, value: partitions } of value.startingOffsets.offsets ?? []) {
    const strange = partitions.find((each) => !selects({ topic: name, partition: Number(each.name) }))
    if (strange === undefined) continue
    const message = key === 'topicPattern' ? 'must match `topicPattern`' : `must be one of \`${key}\``
    const isTopicKnown = key === 'partitions' && value.partitions?.some((each) => each.name === name)
    const path = ['startingOffsets', 'offsets', name, ...(isTopicKnown ? [strange.name] : [])]
    yield issueAt(message, value, ...path)
  }
}

function regexFault(pattern: string): string | undefined {
  try {
    compileRegex(pattern)
    return undefined
  } catch (error) {
    if (error instanceof RowFault) return error.reject.message
    throw error
  }
}

/** Epoch milliseconds, which is what Kafka knows of time: the first that is not before. */
function parseTime(text: string): number | undefined {
  const micros = TIME.test(text) ? parseTimestamp(text, zone('UTC') ?? null) : undefined
  return micros === undefined || micros < 0 ? undefined : Math.ceil(micros / 1000)
}
