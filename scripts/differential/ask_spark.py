"""Asks a real Spark what the corpora give, and stores its answers in test/expressions/differential/.

`npm run differential` runs it; run.mjs says how. An answer to an expression is the type and, for each row, the value cast
to string, NULL, or the class of the error; pipelines.py says what an answer to a pipeline is. Spark runs in ANSI mode, its
default. Names of corpora as arguments: only those.
"""

import gzip
import json
import logging
import pathlib
import sys

import json_values
import null_logic
import pipelines
import random_expressions
import rows
import zones
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).resolve().parent
ANSWERS = HERE.parents[1] / "test" / "expressions" / "differential"


def corpora():
    def over_rows(cases, zone="UTC"):
        return {"schema": rows.SCHEMA, "zone": zone, "rows": rows.ROWS, "cases": cases}

    nulls = null_logic.Generator(77)
    return {
        "adversarial": [over_rows(lines("adversarial.txt"))],
        "suspects": [over_rows(lines("suspects.txt"))],
        "random": [
            over_rows(random_expressions.Generator(1).expressions(900)),
            over_rows(random_expressions.Generator(2).expressions(600), "America/St_Johns"),
        ],
        "nulls": [{"schema": null_logic.SCHEMA, "zone": "UTC", "rows": nulls.rows(16), "cases": nulls.expressions(900)}],
        "zones": zones.groups(3, 45),
        "readings": json_values.reading_groups(),
        "variants": json_values.cast_groups(),
    }


def lines(name):
    text = (HERE / name).read_text()
    return [line for line in dict.fromkeys(text.splitlines()) if line and not line.startswith("# ")]


def main():
    spark = session()
    for name, groups in corpora().items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        answered = [{**group, "cases": answers(spark, group)} for group in groups]
        store(name, answered)
        print(f"{name}: {sum(len(group['cases']) for group in answered)} expressions, Spark {spark.version}", flush=True)
    if len(sys.argv) == 1 or "pipelines" in sys.argv[1:]:
        ask_pipelines(spark, pipelines.Generator(11))


def ask_pipelines(spark, generator):
    records = generator.records(pipelines.RECORDS)
    read = frame(spark, pipelines.SCHEMA, records)
    answered = [pipelines.answer(spark, generator.pipeline(), read) for _ in range(120)]
    store("pipelines", [{"schema": pipelines.SCHEMA, "records": records}, *answered])
    print(f"pipelines: {len(answered)}, Spark {spark.version}", flush=True)


def store(name, lines):
    with gzip.GzipFile(ANSWERS / f"{name}.ndjson.gz", "wb", mtime=0) as file:
        for line in lines:
            file.write((json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode())


def session():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.caseSensitive", "true")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").disabled = True
    return spark


def answers(spark, group):
    spark.conf.set("spark.sql.session.timeZone", group["zone"])
    whole = frame(spark, group["schema"], group["rows"])
    single = [frame(spark, group["schema"], [row]) for row in group["rows"]]
    return [answer(expression, whole, single) for expression in group["cases"]]


def frame(spark, schema, records):
    """A query over literals: spark.createDataFrame would start Python workers."""
    values = ", ".join(f"({quoted(record)})" for record in records)
    read = f"from_json(col1, {quoted(schema)}, map('mode', 'FAILFAST'))"
    return spark.sql(f"SELECT x.* FROM (SELECT {read} AS x FROM VALUES {values})")


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def answer(expression, whole, single):
    """`e` the expression, `t` its type, `v` its values, `x` the class of an error, of the expression or in the place of a value."""
    is_aggregate = expression.startswith("aggregate ")
    source = expression.removeprefix("aggregate ")

    def over(of):
        return of.agg(F.expr(source).alias("v")) if is_aggregate else of.selectExpr(f"({source}\n) AS v")

    def value(of):
        try:
            return over(of).selectExpr("CAST(v AS STRING)").first()[0]
        except Exception as error:
            return {"x": condition(error)}

    try:
        result = {"e": expression, "t": over(whole).schema[0].dataType.simpleString()}
    except Exception as error:  # what Py4J does not wrap, too
        return {"e": expression, "x": condition(error)}
    if is_aggregate:
        return {**result, "v": [value(whole)]}
    try:
        return {**result, "v": [row[0] for row in over(whole).selectExpr("CAST(v AS STRING)").collect()]}
    except Exception:  # one row at least fails: asked one by one
        return {**result, "v": [value(of) for of in single]}


def condition(error):
    name = error.getCondition() if isinstance(error, PySparkException) else None
    return (name or type(error).__name__).split(".")[0]


if __name__ == "__main__":
    main()
