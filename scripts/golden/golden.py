"""Asks a real Spark what the expressions of test/expressions/corpus/*.txt give, and stores its answers beside them.

    npm run golden            # asks what has no answer yet; with --all everything
    npm run golden:check      # asks everything, tells what is answered differently from what is stored

Needs Python, and Java 17. An answer is the type and, for each row of golden-inputs.json (one row where no column is
named), the value cast to string, NULL, or the class of the error. The last eight rows of the inputs have independent
NULLs: of every two columns each is NULL in a row where the other is not. Spark runs in ANSI mode, its default. A file of
answers names Spark's version and the SHA-256 of the expressions that were asked.
"""

import hashlib
import json
import logging
import pathlib
import re
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).resolve().parents[2] / "test" / "expressions"


def main():
    spark = session()
    inputs = json.loads((HERE / "golden-inputs.json").read_text())
    # spark.createDataFrame would start Python workers; a query over literals does not.
    tables = [table(spark, inputs, row) for row in range(len(next(iter(inputs.values()))["values"]))]
    together(spark, tables)
    names = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    changed = 0
    for path in sorted((HERE / "corpus").glob("*.txt")):
        if not names or path.stem in names:
            changed += ask_file(spark, tables, inputs, path)
    sys.exit(1 if "--check" in sys.argv and changed > 0 else 0)


def ask_file(spark, tables, inputs, path):
    stored = path.with_suffix(".json")
    before = json.loads(stored.read_text())["answers"] if stored.exists() else []
    known = {key(each): each for each in before}
    reuse = {} if "--all" in sys.argv or "--check" in sys.argv else known
    answers, zone = [], "UTC"
    for line in path.read_text().splitlines():
        if line.startswith("# zone "):
            zone = line.removeprefix("# zone ")
        elif line.strip() and not line.startswith("#"):
            answers.append(reuse.get((zone, line)) or answer(spark, tables, line, zone, inputs))
    different = [each for each in answers if known.get(key(each)) != each]
    print(f"{path.stem}: {len(answers)} expressions, {sum('error' in a for a in answers)} refused before they ran")
    if "--check" in sys.argv:
        for each in different:
            print(f"  stored {json.dumps(known.get(key(each)), ensure_ascii=False)}")
            print(f"  Spark  {json.dumps(each, ensure_ascii=False)}")
    else:
        lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in answers)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        stored.write_text(f'{{"spark": "{spark.version}", "sha256": "{digest}", "answers": [\n{lines}\n]}}\n')
    return len(different)


def key(answer):
    return (answer.get("zone", "UTC"), answer["expression"])


def session():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.caseSensitive", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").disabled = True
    return spark


def table(spark, inputs, row):
    columns = []
    for name, column in inputs.items():
        value = column["values"][row]
        text = "NULL" if value is None else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        variant = column["type"] == "variant"
        columns.append(f"parse_json({text}) AS {name}" if variant else f"CAST({text} AS {column['type']}) AS {name}")
    # A cached table keeps its columns from being folded into the expression as literals.
    frame = spark.sql("SELECT " + ", ".join(columns)).cache()
    frame.createOrReplaceTempView(f"input{row}")
    frame.collect()
    return f"input{row}"


def together(spark, tables):
    union = " UNION ALL ".join(f"SELECT {number} AS number, * FROM {name}" for number, name in enumerate(tables))
    frame = spark.sql(union).coalesce(1).cache()
    frame.createOrReplaceTempView("inputs")
    frame.collect()


def answer(spark, tables, expression, zone, inputs):
    spark.conf.set("spark.sql.session.timeZone", zone)
    result = {"expression": expression} if zone == "UTC" else {"expression": expression, "zone": zone}
    words = re.sub(r"'[^']*'|\"[^\"]*\"", "", expression)
    aggregate = expression.startswith("aggregate ")
    if aggregate:
        expression = expression.removeprefix("aggregate ")
        union = " UNION ALL ".join(f"SELECT * FROM {name}" for name in tables)
        sources = [f"({union})"]
    elif any(word in inputs for word in re.findall(r"[A-Za-z_]+", words)):
        sources = tables
    else:
        sources = [None]
    if sources is tables and not aggregate:
        # All rows at once: one query instead of one for each row, where none of them fails.
        try:
            frame = spark.sql(f"SELECT number, CAST((\n{expression}\n) AS STRING) AS r FROM inputs")
            rows = sorted(frame.collect())
            result["type"] = spark.sql(f"SELECT (\n{expression}\n) AS r FROM inputs").dtypes[0][1]
            return {**result, "values": [value for _, value in rows]}
        except Exception:
            pass
    values = []
    for source in sources:
        origin = "" if source is None else f" FROM {source}"
        try:
            frame = spark.sql(f"SELECT (\n{expression}\n) AS r{origin}")
            result["type"] = frame.dtypes[0][1]
        except PySparkException as error:
            return {**result, "error": condition(error)}
        try:
            values.append(frame.selectExpr("CAST(r AS STRING)").collect()[0][0])
        except PySparkException as error:
            values.append({"error": condition(error)})
        except Exception as error:  # what Py4J wraps differently
            values.append({"error": type(error).__name__})
    return {**result, "values": values}


def condition(error):
    name = error.getCondition() or str(error).split(":")[0][:60]
    return name.split(".")[0]


if __name__ == "__main__":
    main()
