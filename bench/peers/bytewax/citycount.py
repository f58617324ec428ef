"""Counts events by properties.city from a topic's start to its present end, with Bytewax.

Offsets and counts are snapshots of one epoch in Bytewax's recovery store, so that a restart neither loses nor repeats a
record; the counts are printed at the end.

    python -m bytewax.recovery FOLDER 1
    BROKER=… TOPIC=… python -m bytewax.run citycount:flow -r FOLDER -s 1 -b 0
"""

import os

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaSource
from bytewax.connectors.stdio import StdOutSink
from bytewax.dataflow import Dataflow

# By default librdkafka pauses for up to a second when its queue is full.
config = {"isolation.level": "read_committed", "fetch.queue.backoff.ms": "5"}
source = KafkaSource([os.environ["BROKER"]], [os.environ["TOPIC"]], tail=False, batch_size=1000, add_config=config)

flow = Dataflow("citycount")
messages = op.input("events", flow, source)
counts = op.count_final("counts", messages, lambda message: orjson.loads(message.value)["properties"]["city"])
lines = op.map("lines", counts, lambda count: orjson.dumps(count).decode())
op.output("out", lines, StdOutSink())
