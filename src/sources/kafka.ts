// The source kafka: topics of an Apache Kafka cluster.

import { Brokers } from '../kafka/client/brokers.ts'
import { GroupOffsets } from '../kafka/group/group-offsets.ts'
import { sourceKind } from '../kind.ts'
import type { Owner } from '../mirror.ts'
import { KafkaMirror } from './kafka/mirror.ts'
import { type KafkaOptions, kafkaOptions } from './kafka/options.ts'
import { guaranteeOf } from './kafka/receiver/guarantee.ts'
import { inspectBlock } from './kafka/receiver/inspect-block.ts'
import { withPendingBlocks } from './kafka/receiver/pending.ts'
import type { ReceivingOptions } from './kafka/receiver/receivers.ts'
import { ReceiverSource } from './kafka/receiver/source.ts'
import { securityOf } from './kafka/security-options.ts'
import { kafkaSource } from './kafka/source.ts'
import type { KafkaSourceOptions } from './kafka/source-options.ts'
import { describeSelection, subscriptionOf } from './kafka/subscription.ts'
import { kafkaView } from './kafka/view.ts'

export const kafka = sourceKind('kafka', 'Reads topics of an Apache Kafka cluster.', kafkaOptions, {
  format: ({ format }) => format,
  canonical: ({ selection }) => describeSelection(selection),
  limits: ({ maxRecordsPerBatch, maxBytesPerBatch }) => ({
    maxRecords: maxRecordsPerBatch,
    maxBytes: maxBytesPerBatch,
  }),
  mayTakeTurns: ({ mode, rates }) => mode === 'direct' && rates === null,
  rates: ({ rates }) => rates,
  showRecord: ({ brokers }, { topic, partition }, offset) =>
    `kcat -C -b ${brokers.join(',')} -t ${topic} -p ${partition} -o ${offset} -c 1 -e`,
  create(options, clock, live) {
    const source = sourceOptions(options)
    if (live === undefined) return kafkaSource(source, clock)
    if (options.mode === 'receiver')
      return new ReceiverSource(source, receivingOptions(options, live.owner), live.blocks, clock)
    return withPendingBlocks(kafkaSource(source, clock), live.blocks)
  },
  inspectBlock,
  storesBlocks: ({ mode, receiver }) => mode === 'receiver' && receiver.writeAheadLog,
  guarantee: (options, pipeline) =>
    options.mode === 'receiver' ? guaranteeOf(options.receiver, options.groupId ?? `sprk-${pipeline}`) : null,
  view: (options, clock, owner) => kafkaView({ ...sourceOptions(options), groupId: groupOf(options, owner) }, clock),
  mirror(options, clock, owner) {
    const groupId = options.mode === 'direct' ? groupOf(options, owner) : null
    if (groupId === null || owner.stateId === null) return null
    const mirrorOptions = { groupId, stateId: owner.stateId, selects: subscriptionOf(options.selection).selects }
    const open = () => new GroupOffsets(new Brokers(sourceOptions(options), clock), groupId)
    return new KafkaMirror({ ...mirrorOptions, open }, clock)
  },
})

/** The consumer group that positions are mirrored to; null where they are not. */
function groupOf({ groupId, mirrorOffsets }: KafkaOptions, { pipeline }: Owner): string | null {
  return mirrorOffsets ? (groupId ?? `sprk-${pipeline}`) : null
}

function sourceOptions(options: KafkaOptions): KafkaSourceOptions {
  const { brokers, selection, startingOffsets, onDataLoss, pacing, tls, sasl } = options
  return { ...securityOf({ tls, sasl }), ...selection, brokers, clientId: 'sprk', startingOffsets, onDataLoss, pacing }
}

function receivingOptions({ receiver, groupId }: KafkaOptions, { pipeline, stateId }: Owner): ReceivingOptions {
  return { ...receiver, groupId: groupId ?? `sprk-${pipeline}`, stateId: stateId ?? '' }
}
