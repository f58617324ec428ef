// What Spark, SQLFlow, Kafka Connect and Kafka's tools call the names of sprk. Upper and lower case, dots, hyphens and
// underscores do not count; a name that stands for several is the one that may stand where it was written.

/** Name of sprk → what other tools call it. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  // Keys.
  name: 'appName queryName app.name query.name pipelineName id application.id spark.app.name',
  source: 'input from readStream read reader consumer in inputs',
  sink: 'output to writeStream write writer out outputs target destination',
  transforms: 'steps processors operators stages operations transform',
  batchInterval: `processingTime trigger batchDuration batch.interval flush_interval_seconds flush.interval.ms
    batch_interval interval linger.ms`,
  timeZone: 'spark.sql.session.timeZone session.timezone db.timezone tz timezone zone',
  state: 'checkpoint checkpointLocation checkpointDir stateStore state.dir stateFile store database db',
  onError:
    'errors.tolerance on_error error.policy errorPolicy errors.deadletterqueue.topic.name deadLetterQueue dlq badRecords',
  brokers: `bootstrap.servers kafka.bootstrap.servers bootstrap-server bootstrapServers servers hosts broker.list
    metadata.broker.list seed_brokers addresses`,
  topics: 'subscribe topic',
  topicPattern: 'subscribePattern topics.regex topic.regex whitelist include pattern topicsPattern',
  partitions: 'assign partition topicPartitions',
  startingOffsets:
    'auto.offset.reset auto_offset_reset startingTimestamp from-beginning start_from_oldest offset startOffset',
  at: 'timestamp startingTimestamp time datetime',
  format: 'value.deserializer value.converter codec encoding decoder deserializer formatter data_format value_format',
  schema: 'columns fields ddl structure',
  maxRecordsPerBatch:
    'maxOffsetsPerTrigger max.poll.records batch.size batch_size maxBatchSize consumer.max.poll.records',
  maxBytesPerBatch: 'fetch.max.bytes maxBytesPerTrigger batch.max.bytes',
  maxRatePerPartition: 'spark.streaming.kafka.maxRatePerPartition maxRate rateLimit ratePerPartition',
  backpressure: 'spark.streaming.backpressure.enabled backpressureEnabled backpressure.enabled',
  proportional: 'pid.proportional spark.streaming.backpressure.pid.proportional',
  integral: 'pid.integral spark.streaming.backpressure.pid.integral',
  derived: 'pid.derived derivative spark.streaming.backpressure.pid.derived',
  minRate: 'pid.minRate spark.streaming.backpressure.pid.minRate',
  initialRate: 'spark.streaming.backpressure.initialRate',
  minRecordsPerBatch: 'minOffsetsPerTrigger',
  maxTriggerDelay: 'maxBatchDelay max.trigger.delay',
  onDataLoss: 'failOnDataLoss',
  groupId: 'group.id kafka.group.id group_id consumer.group consumerGroup groupIdPrefix group',
  sasl: 'auth authentication credentials',
  tls: 'ssl encryption',
  mode: 'insert.mode saveMode writeMode insertMode',
  table: 'tables table.name.format tableName dbtable table_name collection into',
  key: 'groupKey by pk.fields primaryKey primary_key keys pk groupBy on columns unique_key idColumn',
  values: 'aggregates aggregations agg aggs aggregate measures select vals',
  deleteWhen: 'delete.enabled deletes deleteOn tombstones softDelete',
  version: 'versionColumn orderingField precombine.field sequenceBy ordering',
  path: 'file filename paths location',
  numRows: 'rows num_rows limit maxRows',
  ca: 'cafile ca_file caCert root_cas_file truststore',
  cert: 'certfile cert_file certificate',
  servername: 'server_name serverName hostname',
  username: 'user login',
  password: 'pass passwd pwd secret',
  // Steps.
  filter: 'where having Filter keep',
  map: 'select project mapping ExtractField Flatten mapRow',
  flatMap: 'explode explodeOuter unnest unwind splitRecords lateralView',
  withColumns: 'withColumn addColumn addColumns InsertField assign mutate extend addField HoistField MaskField',
  drop: 'dropColumn dropColumns dropFields removeColumn remove exclude',
  reduceByKey: `groupBy groupByKey aggregate aggregateByKey combineByKey foldByKey reduceGroups agg groupByAndAggregate
    countByKey group`,
  countByValue: 'valueCounts value_counts',
  // Sources, formats and sinks.
  kafka: 'KafkaUtils createDirectStream redpanda kafka-consumer confluent kafka_franz',
  file: 'textFile files localFile ndjson jsonl json text txt tail',
  json: 'ndjson jsonl jsonlines JsonConverter JsonDeserializer application/json',
  text: 'string plain lines line StringConverter StringDeserializer txt utf8',
  sqlite: 'sqlite3 SQLite3 sqlitedb',
  console: 'print pprint stdout terminal show log display',
  discard: 'noop null blackhole drop none devnull nothing',
  // Values.
  earliest: 'beginning smallest oldest start from-beginning begin first',
  latest: 'end largest newest now',
  skip: 'ignore continue all drop',
  deadLetter: 'dlq dead_letter deadLetterQueue',
  fail: 'true raise stop none throw failfast abort',
  continue: 'false',
  append: 'insert add',
  merge: 'update increment sum',
  upsert: 'insertOrUpdate replaceByKey overwrite',
}
