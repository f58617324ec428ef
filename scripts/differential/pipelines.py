"""Random whole pipelines over a file of records, and what a real Spark gives for them in one batch.

A step is written as in a pipeline file: `{"filter": CONDITION}`. What a pipeline gives must not depend on where its
batches are cut; so one with a fold either reads all in one batch, or merges.
"""

import json
import random

from pyspark.sql import functions as F

SCHEMA = (
    "k string, c string, n int, l bigint, d double, p decimal(10,2), b boolean, ts timestamp, dt date,"
    " a array<string>, o struct<x:int,y:string>"
)
RECORDS = 240
SMALL_BATCHES = [17, 50, 240]
ZONES = ["UTC", "Europe/Berlin"]
CONDITIONS = [
    "n > 0", "b", "NOT b", "k IS NOT NULL", "k <> 'a'", "k IN ('a', 'b')", "k NOT IN ('a', c)", "n BETWEEN -5 AND 50",
    "c LIKE '%x%'", "d > 0 OR p < 0", "o.x = 1", "ts >= timestamp'2026-02-01'", "dt < date'2026-01-01'",
    "coalesce(n, 0) >= 0", "l % 2 = 0", "n <=> NULL OR b", "CASE WHEN b THEN n > 0 ELSE k = 'a' END",
]
EXPRESSIONS = {
    "int": ["n", "length(c)", "coalesce(n, -1)", "CASE WHEN b THEN 1 ELSE 0 END", "o.x", "n % 7", "length(k) + 1"],
    "bigint": ["l", "n + 0L", "n * 2L", "n div 3"],
    "double": ["d", "n / 2", "d * 2", "d + n", "CASE WHEN d > 0 THEN d END"],
    "decimal": ["p", "p * 2", "p + 1.5", "CAST(n AS decimal(8,2))", "-p"],
    "string": ["k", "upper(c)", "lower(c)", "trim(c)", "concat(k, '-', n)", "k || c", "substring(c, 1, 2)",
               "coalesce(k, 'none')", "o.y", "CAST(b AS string)", "CAST(p AS string)", "split(c, ' ')[0]"],
    "boolean": ["b", "n > 1", "k = c", "k LIKE 'a%'", "b AND n > 0"],
    "timestamp": ["ts", "CAST(dt AS timestamp)"],
    "date": ["dt", "CAST(ts AS date)", "dt + 1"],
}
ARRAYS = ["a", "split(c, ' ')"]
# The sum of doubles depends on their order.
FOLDS = {"double": ["min", "max", "count"], "int": ["min", "max", "count", "sum", "avg"]}
FOLDS["bigint"] = FOLDS["decimal"] = FOLDS["int"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, of):
        return self.random.choice(of)

    def rarely(self, probability):
        return self.random.random() < probability

    def records(self, count):
        return [self.record() for _ in range(count)]

    def record(self):
        values = {
            "k": ["a", "b", "c", "", "Ä", "a "],
            "c": ["x y", "x", "é è", "", "X, Y", " z "],
            "n": [0, 1, -1, 2, 7, 100, self.random.randint(-1000, 1000)],
            "l": [0, 1, 2**53 + 1, -5, self.random.randint(-(10**12), 10**12)],
            "d": [0.0, 0.5, 1.25, -2.75, 1e10, self.random.randint(-40, 40) / 8],
            "p": ["0.00", "1.50", "-3.25", "99.99", str(self.random.randint(-9999, 9999) / 100)],
            "b": [True, False],
            "ts": ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00.5Z", "2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999999Z"],
            "dt": ["2026-02-28", "2024-02-29", "1970-01-01"],
            "a": [[], ["x"], ["x", "y", "x"], [None, "z"], ["é", ""]],
            "o": [{"x": 1, "y": "q"}, {"x": None}, {}, {"x": 2, "y": ""}],
        }
        record = {}
        for name, of in values.items():
            value = self.one(of)
            if not self.rarely(0.12):
                record[name] = value
            elif self.rarely(0.5):
                record[name] = None
        return json.dumps(record, ensure_ascii=False)

    def expression(self):
        kind = self.one(list(EXPRESSIONS))
        return kind, self.one(EXPRESSIONS[kind])

    def pipeline(self):
        steps = [{"filter": self.one(CONDITIONS)} for probability in (0.7, 0.3) if self.rarely(probability)]
        added = {f"w{i}": self.expression() for i in range(self.one([1, 2]))} if self.rarely(0.4) else {}
        if added:
            steps.append({"withColumns": {name: text for name, (_, text) in added.items()}})
        columns = {f"c{i}": self.expression() for i in range(self.one([1, 2, 3]))}
        columns.update({f"m{name}": (kind, name) for name, (kind, _) in added.items() if self.rarely(0.5)})
        step = self.one(["map", "map", "flatMap"])
        if step == "flatMap":
            columns["e"] = ("string", self.one(ARRAYS))
        steps.append({step: {name: text for name, (_, text) in columns.items()}})
        if len(columns) > 1 and self.rarely(0.2):
            dropped = self.one([name for name in columns if name != "e"])
            steps.append({"drop": dropped})
            del columns[dropped]
        end = self.one(["append", "reduce", "merged reduce", "merged reduce", "count", "merged count"])
        is_merged = end.startswith("merged")
        if end.endswith("reduce"):
            steps.append({"reduceByKey": self.reduction({name: kind for name, (kind, _) in columns.items()}, is_merged)})
        elif end.endswith("count"):
            steps.append({"countByValue": {}})
        return {
            "zone": self.one(ZONES),
            "mode": "merge" if is_merged else "append",
            "maxRecordsPerBatch": self.one(SMALL_BATCHES) if is_merged or end == "append" else RECORDS,
            "steps": steps,
        }

    def reduction(self, kinds, is_merged):
        key = self.random.sample(list(kinds), min(len(kinds), self.one([1, 1, 2])))
        values = {"cnt": "count(*)"}
        for i in range(self.one([1, 2, 3])):
            column = self.one(list(kinds))
            # Of an average alone no other average can be made.
            folds = [fold for fold in FOLDS.get(kinds[column], ["min", "max", "count"]) if not (is_merged and fold == "avg")]
            values[f"v{i}"] = f"{self.one(folds)}({column})"
        return {"key": key, "values": values}


def applied(frame, step):
    (kind, of), = step.items()
    if kind == "filter":
        return frame.where(of)
    if kind == "drop":
        return frame.drop(of)
    if kind == "withColumns":
        return frame.selectExpr("*", *[f"{text} AS {name}" for name, text in of.items()])
    if kind in ("map", "flatMap"):
        return frame.selectExpr(*[f"explode({text}) AS e" if name == "e" else f"{text} AS {name}" for name, text in of.items()])
    if kind == "countByValue":
        return frame.groupBy(*frame.columns).agg(F.expr("count(*) AS count"))
    return frame.groupBy(*of["key"]).agg(*[F.expr(f"{text} AS {name}") for name, text in of["values"].items()])


def stored(name, type):
    """As a sink of sprk stores it, integers as text, since JSON's numbers are doubles."""
    if type == "boolean":
        return f"CAST(CAST({name} AS int) AS string)"
    if type == "timestamp":
        return f"date_format(to_utc_timestamp({name}, current_timezone()), \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'\")"
    return name if type == "double" else f"CAST({name} AS string)"


def answer(spark, pipeline, records):
    """`pipeline` with the columns and rows of its result."""
    spark.conf.set("spark.sql.session.timeZone", pipeline["zone"])
    result = records
    for step in pipeline["steps"]:
        result = applied(result, step)
    columns = [(field.name, field.dataType.simpleString()) for field in result.schema]
    rows = result.selectExpr(*[f"{stored(name, type)} AS {name}" for name, type in columns]).collect()
    return {**pipeline, "columns": [name for name, _ in columns], "rows": sorted(map(list, rows), key=repr)}
