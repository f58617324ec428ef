// The tables of not-yet.ts: what Spark (Structured Streaming and DStreams), SQLFlow, Kafka Connect and Kafka's tools call
// things. Upper and lower case, dots, hyphens and underscores do not count.

/** Names, separated by white space, and what is said of them. */
type Group = readonly [names: string, hint: string]

const JOIN = 'write each topic to a table of mode `upsert`, and join the tables in a view when reading'
const LAST_OF_KEY = 'a table of mode `upsert` keeps one row of each `key`'
const ORDER = 'a table has no order: write `ORDER BY … LIMIT …` where you read it'
const WINDOW =
  'for windows that follow each other, group by their start into a table of mode `merge`: `key: {minute: cast(cast(cast(ts as timestamp) as bigint) div 60 * 60 as timestamp)}`'
const RUNNING = 'for running counts and sums write a `reduceByKey` and a table of mode `merge`'
const UNION = 'one source reads several topics: `topics: [a, b]`; `_metadata.topic` tells them apart'
const PROGRAM = 'the sink `sqlite` keeps rows for a program to read, and `console` prints them'
const TABLE = 'write to the sink `sqlite`, and copy its table from there'
const TOPIC = 'let it write to a topic of Kafka, and read that'
const CONSOLE = 'write `sink: console`'
const ONCE = '`sprk run <pipeline> --once` reads up to the ends of the log and stops'
const ONE_READER = 'leave it out: one process reads all partitions, each with one reader'

/** How a key of receivers is written. */
const below = (key: string) => `write \`mode: receiver\`, and \`${key}\` below \`receiver:\``

/** Scope → names that a later version may know, each with what to do until then, where there is something. */
export const LATER: Readonly<Record<string, readonly Group[]>> = {
  pipeline: [
    ['sources', 'write one `source:`'],
    ['streams', 'write one `source:` with its `transforms:`'],
    ['sinks', 'write one `sink:`, with a list of sinks'],
  ],
  transforms: [
    [
      `join crossJoin leftOuterJoin rightOuterJoin fullOuterJoin leftJoin innerJoin outerJoin lateralJoin joinWith cogroup
      lookup enrich intersect except subtract`,
      JOIN,
    ],
    ['distinct dropDuplicates dropDuplicatesWithinWatermark deduplicate dedup unique', LAST_OF_KEY],
    ['orderBy sort sortBy sortByKey sortWithinPartitions topN top rank', ORDER],
    ['limit take head first tail offset', ORDER],
    [
      `window tumblingWindow slidingWindow hoppingWindow sessionWindow tumble hop session_window countByWindow
      reduceByWindow reduceByKeyAndWindow groupByKeyAndWindow countByValueAndWindow slice`,
      WINDOW,
    ],
    ['withWatermark watermark', 'leave it out: a table of mode `merge` takes late records, however late'],
    [
      `updateStateByKey mapWithState mapGroupsWithState flatMapGroupsWithState transformWithState stateSnapshots
      applyInPandasWithState transformWithStateInPandas scan runningFold`,
      RUNNING,
    ],
    ['union unionAll unionByName merge concat', UNION],
    [
      `module mapPartitions mapInPandas mapInArrow foreachPartition transformWith glom pipe script javascript python udf
      function process mapGroups flatMapGroups flatMapGroupsInPandas applyInPandas`,
      'expressions compute each column: `map` and `withColumns`',
    ],
    ['foreach foreachBatch foreachRDD', PROGRAM],
    ['pivot unpivot melt stack rollup cube groupingSets', 'pivot a table where you read it'],
    ['sample sampleBy randomSplit', 'keep a part by a key: `filter: id % 100 = 0`'],
    [
      'fillna na dropna replaceNull',
      '`coalesce(column, value)` in `withColumns` fills, `filter: column is not null` drops',
    ],
    ['withColumnRenamed withColumnsRenamed toDF alias rename renameField ReplaceField', 'name every column in a `map`'],
    ['posexplode inline stackWithIndex zipWithIndex', 'without positions: `flatMap`'],
  ],
  sources: [
    ['socket socketTextStream tcp udp syslog websocket http rest webhook mqtt rabbitmq amqp nats sqs pubsub', TOPIC],
    ['pulsar kinesis eventhubs redis redis_streams', TOPIC],
    [
      'rate rateMicroBatch rate_source generate generator datagen memory queueStream',
      'read a sample with the source `file`',
    ],
    ['jdbc postgres postgresql mysql mariadb sqlserver oracle mongodb mongo cassandra cdc sqlite duckdb', TOPIC],
    ['parquet orc avro delta iceberg hudi csv xml s3 gcs hdfs', 'the source `file` reads lines of text and JSON'],
    ['directory folder textFileStream fileStream binaryRecordsStream stdin', 'the source `file` reads one file'],
    ['receiverStream module custom', ''],
  ],
  formats: [
    ['csv tsv', "without quotes in it: `format: text`, and `split(value, ',')` in a `map`"],
    ['bytes binary raw bytearray ByteArrayConverter byteArrayDeserializer', ''],
    [
      'avro AvroConverter confluent_avro schema_registry protobuf ProtobufConverter JsonSchemaConverter',
      'let the producer write JSON',
    ],
    ['xml msgpack messagepack cbor thrift ion orc parquet arrow delta', 'let the producer write JSON'],
  ],
  sinks: [
    ['kafka pulsar kinesis rabbitmq mqtt redis nats', TABLE],
    ['file text json csv parquet orc avro xml delta iceberg hudi s3 gcs hdfs local saveAsTextFiles', TABLE],
    ['saveAsHadoopFiles saveAsObjectFiles saveAsNewAPIHadoopFiles', TABLE],
    [
      'jdbc postgres postgresql mysql mariadb sqlserver oracle duckdb motherduck clickhouse snowflake bigquery redshift',
      TABLE,
    ],
    ['mongodb mongo cassandra elasticsearch opensearch http webhook rest sqlcommand', TABLE],
    ['module foreach foreachBatch foreachRDD foreachPartition custom', PROGRAM],
  ],
  beside: [
    ['id', ''],
    ['from', ''],
  ],
  'sources.kafka': [
    ['startingOffsetsByTimestamp', 'one time for all partitions: `startingOffsets: {at: 2026-01-01T00:00:00Z}`'],
    [
      'endingOffsets endingTimestamp endingOffsetsByTimestamp stopAt max-messages',
      `${ONCE}; a replay reads ranges with an end`,
    ],
  ],
  'sources.kafka.sasl.mechanism': [
    ['gssapi kerberos oauthbearer aws_msk_iam', 'brokers often have another listener, for `scram-sha-512` or `plain`'],
  ],
  'sinks.sqlite': [['nan', '']],
  'sinks.sqlite.mode': [
    ['complete', 'for results over all records: `merge` behind a `reduceByKey`'],
    ['replace truncate', 'for the last row of each key: `upsert`'],
  ],
}

/** Scope → names of what sprk does in another way, and that way. `keys`: of any map. */
export const OTHERWISE: Readonly<Record<string, readonly Group[]>> = {
  transforms: [
    [
      'sql selectExpr query handler handlers SqlTransformer',
      'each clause is a step: WHERE is `filter`, SELECT is `map`, GROUP BY is `reduceByKey`',
    ],
    ['print pprint show display log tap debug writeStream start', CONSOLE],
    ['collect toPandas toLocalIterator toTable saveAsTable', 'write `sink: {sqlite: {table: …}}`'],
    [
      'count',
      '`countByValue` counts equal rows; `reduceByKey` with `key: {all: 1}` and `values: {count: count(*)}` counts all',
    ],
    [
      'reduce fold treeReduce max min sum avg mean',
      '`reduceByKey` with `key: {all: 1}` aggregates all rows of a batch',
    ],
    [
      'mapValues flatMapValues mapKeys keys values keyBy',
      'rows have columns, not a key and a value: `map` or `withColumns`',
    ],
    ['cache persist unpersist checkpoint localCheckpoint', 'leave it out: nothing is computed twice'],
    ['repartition repartitionByRange coalesce partitionBy rebalance hint broadcast', ONE_READER],
    [
      'fromJson parseJson from_json parse decode deserialize',
      '`format: json` of the source parses records; a text inside of them stays a text',
    ],
    ['toJson encode serialize', 'rows are written as columns'],
    [
      'cast castTo convert Cast TimestampConverter',
      'cast in an expression: `withColumns: {amount: cast(amount as int)}`',
    ],
    [
      'RegexRouter TimestampRouter route switch branch split',
      'a list of sinks, each with `transforms` of its own, with a `filter` in it',
    ],
    ['InsertHeader DropHeaders HeaderFrom', 'headers are in `_metadata.headers`'],
  ],
  sinks: [
    ['memory table toTable saveAsTable database sql', 'write `sqlite: {table: …}`'],
    ['dlq deadLetter deadLetterQueue errors', 'write `onError: deadLetter` at the top of the file'],
  ],
  sources: [
    ['debezium connect', 'Debezium writes to topics: read them with the source `kafka` and `format: json`'],
    ['createStream receiver kafkaReceiver', 'write the source `kafka` with `mode: receiver`'],
  ],
  formats: [
    ['debezium canal maxwell', '`json`: the fields of the envelope are columns such as `after.id` and `op`'],
    ['kafka', 'it is a source; `format` says how records are written: `json` or `text`'],
  ],
  keys: [
    ['includeHeaders headers.enable print.headers', 'headers are always there: `_metadata.headers`'],
    [
      'print.key print.timestamp print.partition print.offset',
      'they are always there: `_metadata.key`, `_metadata.timestamp`',
    ],
    ['minPartitions tasks.max parallelism numPartitions concurrency workers spark.sql.shuffle.partitions', ONE_READER],
    ['maxRecordsPerPartition', `${ONE_READER}; \`maxRecordsPerBatch\` bounds a batch`],
    [
      'minRatePerPartition spark.streaming.kafka.minRatePerPartition',
      'leave it out: rates allow each partition a record in a batch at least, as by default in Spark',
    ],
    ['rateEstimator spark.streaming.backpressure.rateEstimator', 'leave it out: `pid` is the only one'],
    [
      'spark.streaming.backpressure.pid.proportional spark.streaming.backpressure.pid.integral',
      'write `backpressure: {proportional: 1.0, integral: 0.2}`',
    ],
    [
      `spark.streaming.backpressure.pid.derived spark.streaming.backpressure.pid.minRate
      spark.streaming.backpressure.initialRate`,
      'write `backpressure: {derived: 0.0, minRate: 100, initialRate: 1000}`',
    ],
    ['fetch.min.bytes', '`minRecordsPerBatch` waits for so many records, and `maxTriggerDelay` bounds the wait'],
    ['isolation.level kafka.isolation.level', 'leave it out: only committed records are read'],
    [
      'enable.auto.commit auto.commit.interval.ms offset.flush.interval.ms',
      'leave it out: offsets are saved with the results of each batch',
    ],
    [
      'outputMode output.mode',
      'it is `mode` of the sink `sqlite`: `append`, `merge` behind a `reduceByKey`, or `upsert`',
    ],
    ['once availableNow', ONCE],
    ['continuous', '`batchInterval: 10ms` is the shortest'],
    [
      'security.protocol kafka.security.protocol ssl',
      'SSL is `tls: true`, SASL is `sasl: {mechanism: …, username: …, password: {env: NAME}}`',
    ],
    ['sasl.jaas.config kafka.sasl.jaas.config', 'write `sasl: {mechanism: plain, username: …, password: {env: NAME}}`'],
    [
      'sasl.mechanism kafka.sasl.mechanism sasl.username sasl.password',
      'write `sasl: {mechanism: plain, username: …, password: {env: NAME}}`',
    ],
    [
      'ssl.truststore.location ssl.ca.location kafka.ssl.truststore.location',
      'write `tls: {ca: ca.pem}`; a keystore of Java is converted with `openssl`',
    ],
    [
      'ssl.keystore.location ssl.certificate.location kafka.ssl.keystore.location',
      'write `tls: {cert: client.pem, key: client.key}`; a keystore of Java is converted with `openssl`',
    ],
    ['ssl.endpoint.identification.algorithm', '`tls: {servername: …}` names what the certificate of the brokers says'],
    ['key.deserializer key.converter', 'the key is in `_metadata.key`: `cast(_metadata.key as string)`'],
    ['startingOffsetsByTimestampStrategy', 'leave it out: a time past the end of a partition means its end'],
    ['connector.class class', 'the kind is the key: `kafka:` below `source:`, `sqlite:` below `sink:`'],
    ['type kind', 'the kind is the key: `kafka:` below `source:`, `filter:` below `transforms:`'],
    ['auto.create auto.evolve create.table', 'leave it out: the table is made when it is missing'],
    [
      'errors.retry.timeout errors.retry.delay.max.ms retries max.retries backoff',
      'leave it out: brokers that are away are tried again for ever',
    ],
    ['pk.mode', '`key` names the columns: `key: id`'],
    ['predicates', 'write a `filter` step'],
    ['pipeline', 'leave it out: `source`, `transforms` and `sink` stand at the top of the file'],
    ['handler handlers', 'write `transforms`: WHERE is `filter`, SELECT is `map`, GROUP BY is `reduceByKey`'],
    ['createStream spark.streaming.receiver', 'write `mode: receiver`; how receivers work stands below `receiver:`'],
    ['createDirectStream', 'write `mode: direct`, or leave `mode` out'],
    ['group.instance.id kafka.group.instance.id', below('groupInstanceId: NAME')],
    ['spark.streaming.receiver.maxRate', below('maxRate: 1000')],
    ['spark.streaming.blockInterval', below('blockInterval: 200ms')],
    ['spark.streaming.blockQueueSize', below('blockQueueSize: 10')],
    ['spark.streaming.receiverRestartDelay', below('restartDelay: 2s')],
    [
      'spark.streaming.receiver.writeAheadLog.enable spark.streaming.receiver.writeAheadLog',
      below('writeAheadLog: true'),
    ],
    [
      `spark.streaming.receiver.writeAheadLog.rollingIntervalSecs spark.streaming.receiver.writeAheadLog.maxFailures
      spark.streaming.receiver.writeAheadLog.closeFileAfterWrite spark.streaming.receiver.blockStoreTimeout
      spark.streaming.driver.writeAheadLog.closeFileAfterWrite spark.streaming.driver.writeAheadLog.allowBatching`,
      'leave it out: the log is in the state file; `maxLogBytes` bounds it',
    ],
    [
      'storageLevel storage.level MEMORY_AND_DISK_SER_2',
      'blocks are in the state file with `writeAheadLog: true`, and in memory with `false`',
    ],
    ['zkQuorum zookeeper.connect zookeeper', 'name the `brokers`: offsets are in Kafka and in the state file'],
    [
      'session.timeout.ms heartbeat.interval.ms max.poll.interval.ms rebalance.timeout.ms',
      "leave it out: members of `mode: receiver` use the Java client's defaults, and direct mode joins no group",
    ],
    [
      'partition.assignment.strategy',
      'leave it out: members of `mode: receiver` offer range and cooperative-sticky, as the Java client does',
    ],
    [
      `client.id fetch.max.wait.ms max.partition.fetch.bytes request.timeout.ms kafkaConsumer.pollTimeoutMs
      fetchOffset.numRetries fetchOffset.retryIntervalMs receive.buffer.bytes consumer.override`,
      'leave it out: connections are managed by sprk; `maxBytesPerBatch` bounds a batch',
    ],
    ['partitionBy bucketBy numBuckets', 'one table takes all rows; name the column in a `key`'],
    ['commands udfs', 'leave it out: the sink makes its table, and expressions have the functions of Spark SQL'],
  ],
}

/** Later key → today's key. */
export const REPLACED: Readonly<Record<string, string>> = {
  sources: 'source',
  streams: 'source',
  sinks: 'sink',
}
