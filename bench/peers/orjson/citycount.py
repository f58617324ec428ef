"""Counts events by properties.city from a topic's start to its present end: confluent-kafka, orjson, sqlite3.

Counts and offsets are committed in one transaction, so that a restart neither loses nor repeats a record.

    python citycount.py BROKER TOPIC FILE
"""

import sqlite3
import sys
from collections import Counter

import orjson
from confluent_kafka import Consumer, TopicPartition

MAX_BATCH = 200_000
SCHEMA = """
    CREATE TABLE IF NOT EXISTS city_counts (city TEXT PRIMARY KEY, "count" INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);
"""
ADD = 'INSERT INTO city_counts VALUES (?, ?) ON CONFLICT DO UPDATE SET "count" = "count" + excluded."count"'
MOVE = "INSERT INTO offsets VALUES (?, ?) ON CONFLICT DO UPDATE SET next = excluded.next"


def main(broker: str, topic: str, file: str) -> None:
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.executescript(SCHEMA)
    # By default librdkafka pauses for up to a second when its queue is full.
    consumer = Consumer({
        "bootstrap.servers": broker,
        "group.id": "citycount",
        "enable.auto.commit": False,
        "isolation.level": "read_committed",
        "fetch.queue.backoff.ms": 5,
    })
    try:
        count(consumer, topic, database)
    finally:
        consumer.close()
        database.close()


def count(consumer: Consumer, topic: str, database: sqlite3.Connection) -> None:
    offsets = dict(database.execute("SELECT partition, next FROM offsets"))
    ends = {}
    for partition in consumer.list_topics(topic).topics[topic].partitions:
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition))
        if offsets.get(partition, 0) < end:
            ends[partition] = end
    consumer.assign([TopicPartition(topic, partition, offsets.get(partition, 0)) for partition in ends])
    cities: Counter[str] = Counter()
    records = 0
    while ends:
        messages = consumer.consume(10_000, timeout=0.1)
        for message in messages:
            if message.error():
                raise RuntimeError(message.error())
            cities[orjson.loads(message.value())["properties"]["city"]] += 1
            offsets[message.partition()] = message.offset() + 1
        records += len(messages)
        ends = {partition: end for partition, end in ends.items() if offsets.get(partition, 0) < end}
        if records >= MAX_BATCH or not ends:
            with database:
                database.executemany(ADD, cities.items())
                database.executemany(MOVE, offsets.items())
            cities.clear()
            records = 0


main(*sys.argv[1:])
