// What people type who know Spark, SQLFlow, Kafka Connect or Kafka's tools: every name leads somewhere.

import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Problem, SprkError } from '../../src/errors.ts'

type Place = 'transforms' | 'sinks' | 'sources' | 'formats' | 'kafka' | 'receiver' | 'top' | 'sqlite'

/** The first problem of a file in which the name stands at a place. */
function problemWith(name: string, place: Place) {
  const key = JSON.stringify(name)
  const format = place === 'formats' ? `{${key}: {}}` : 'json'
  const more = { kafka: `, ${key}: x`, receiver: `, mode: receiver, receiver: {${key}: x}` }
  const kafka = `{brokers: "a:1", topics: [events], format: ${format}${place in more ? more[place as keyof typeof more] : ''}}`
  const lines = [
    'name: counts',
    place === 'sources' ? `source: {${key}: {}}` : `source: {kafka: ${kafka}}`,
    place === 'transforms' ? `transforms: [{${key}: x}]` : 'transforms: []',
    place === 'sinks' ? `sink: {${key}: {}}` : `sink: {sqlite: {table: t${place === 'sqlite' ? `, ${key}: x` : ''}}}`,
    place === 'top' ? `${key}: x` : '',
  ]
  try {
    loadPipeline(lines.join('\n'), { file: 'p.yaml', env: {}, set: [], kinds })
  } catch (error) {
    if (error instanceof SprkError) return error.problems.find(({ message }) => message.includes(`\`${name}\``))
    throw error
  }
  return undefined
}

const LEADS_NOWHERE =
  /^(this version has `|the keys |the keys of |`.*` takes no keys|no other key |only `.*` can stand there)/

function leads({ code, message, hint }: Problem): boolean {
  return code === 'E_NOT_YET' || message.includes('did you mean') || (hint !== undefined && !LEADS_NOWHERE.test(hint))
}

/** What Spark has and this version has not. */
const NOT_YET = {
  transforms: `join crossJoin leftOuterJoin rightOuterJoin fullOuterJoin cogroup union unionAll unionByName intersect except
    subtract distinct dropDuplicates dropDuplicatesWithinWatermark orderBy sort sortByKey sortWithinPartitions limit take
    window session_window withWatermark reduceByKeyAndWindow reduceByWindow countByWindow countByValueAndWindow
    groupByKeyAndWindow slice updateStateByKey mapWithState mapGroupsWithState flatMapGroupsWithState transformWithState
    stateSnapshots mapPartitions mapInPandas glom foreach foreachBatch foreachRDD foreachPartition pivot unpivot rollup
    cube sample randomSplit fillna na dropna withColumnRenamed toDF posexplode inline`,
  sources: 'socket socketTextStream rate jdbc parquet orc avro csv delta textFileStream queueStream kinesis',
  sinks: 'kafka file parquet csv json orc avro text delta jdbc postgres foreachBatch foreachRDD saveAsTextFiles',
  formats: 'csv bytes binary avro protobuf xml parquet orc',
  top: 'window join watermark distinct foreachBatch sources streams',
  kafka: 'startingOffsetsByTimestamp endingOffsets endingTimestamp endingOffsetsByTimestamp',
} as const

/** What leads to something that this version has. */
const KNOWN = {
  transforms: `where explode select selectExpr groupBy groupByKey agg aggregateByKey combineByKey withColumn count reduce
    fold mapValues flatMapValues print pprint show cache persist repartition coalesce checkpoint sql collect console
    SELECT where_ InsertField ReplaceField ExtractField TimestampConverter RegexRouter from_json toJSON sink kafka`,
  sources: 'debezium json text createDirectStream createStream redpanda sqlite console',
  sinks: 'print stdout noop null blackhole memory table dlq sqlite3 duckdb clickhouse elasticsearch http discards',
  formats: 'string ndjson jsonl debezium StringConverter JsonConverter kafka plain',
  kafka: `kafka.bootstrap.servers bootstrap.servers bootstrap-server subscribe subscribePattern assign topic
    maxOffsetsPerTrigger failOnDataLoss includeHeaders minPartitions groupIdPrefix kafka.group.id group.id
    auto.offset.reset auto_offset_reset enable.auto.commit max.poll.records fetch.max.bytes isolation.level
    security.protocol kafka.security.protocol sasl.jaas.config sasl.mechanism ssl.truststore.location
    ssl.keystore.location from-beginning max-messages startingTimestamp key.deserializer value.deserializer whitelist
    startingOffsetsByTimestampStrategy batchInterval checkpointLocation outputMode trigger client.id
    spark.streaming.kafka.maxRatePerPartition spark.streaming.backpressure.enabled minOffsetsPerTrigger
    spark.streaming.backpressure.pid.minRate spark.streaming.kafka.minRatePerPartition maxRecordsPerPartition fetch.min.bytes
    createStream createDirectStream spark.streaming.receiver.maxRate spark.streaming.blockInterval group.instance.id
    spark.streaming.receiver.writeAheadLog.enable spark.streaming.blockQueueSize spark.streaming.receiverRestartDelay
    storageLevel spark.streaming.receiver.writeAheadLog.rollingIntervalSecs partition.assignment.strategy zookeeper.connect
    session.timeout.ms print.headers fetchOffset.numRetries value.converter topics.regex schema`,
  receiver: `spark.streaming.receiver.maxRate spark.streaming.blockInterval spark.streaming.blockQueueSize
    spark.streaming.receiver.writeAheadLog.enable spark.streaming.receiverRestartDelay group.instance.id numThreads
    storageLevel batchInterval groupId topics blockinterval write_ahead_log receiver_s wal`,
  top: `appName queryName trigger processingTime checkpointLocation checkpoint outputMode once availableNow
    spark.sql.session.timeZone spark.sql.shuffle.partitions batchDuration readStream writeStream input output steps
    processors commands pipeline handler tables udfs batch_size flush_interval_seconds on_error errors.tolerance
    errors.deadletterqueue.topic.name tasks.max connector.class transform predicates kafka filter brokers topics groupBy`,
  sqlite: `insert.mode pk.fields pk.mode table.name.format auto.create delete.enabled outputMode primaryKey tableName
    dbtable checkpointLocation partitionBy filter batchInterval`,
} as const

const each = (names: string) => names.trim().split(/\s+/)

describe('names of receivers', () => {
  it.each([
    ['spark.streaming.receiver.maxRate', 'maxRate'],
    ['spark.streaming.blockInterval', 'blockInterval'],
    ['spark.streaming.blockQueueSize', 'blockQueueSize'],
    ['spark.streaming.receiver.writeAheadLog.enable', 'writeAheadLog'],
    ['spark.streaming.receiverRestartDelay', 'restartDelay'],
    ['group.instance.id', 'groupInstanceId'],
  ])('are told by those of Spark and Kafka: %s is %s', (name, key) => {
    expect(problemWith(name, 'kafka')?.hint).toContain(`write \`mode: receiver\`, and \`${key}: `)
    expect(problemWith(name, 'receiver')?.message).toContain(`did you mean \`${key}\`?`)
  })
})

describe.each(Object.keys(NOT_YET) as (keyof typeof NOT_YET)[])('in %s', (place) => {
  it.each(each(NOT_YET[place]))('answers that there is no %s yet', (name) => {
    expect(problemWith(name, place)?.code).toBe('E_NOT_YET')
  })
})

describe.each(Object.keys(KNOWN) as (keyof typeof KNOWN)[])('in %s', (place) => {
  it.each(each(KNOWN[place]))('leads from %s to something', (name) => {
    const problem = problemWith(name, place)
    expect(problem && { ...problem, leads: leads(problem) }).toMatchObject({ leads: true })
  })
})
