"""JSON values read as every type, records that are hardly JSON, and casts of variants."""

import json

VALUES = [
    "1", "-1", "0", "-0", "1.0", "1.5", "1e2", "1E2", "1.0e1", "127", "128", "-129", "32768", "2147483647",
    "2147483648", "9223372036854775807", "9223372036854775808", "1e400", "0.1", "123456789.123", '"1"', '" 1 "',
    '"1.5"', '"NaN"', '"Infinity"', '"-Infinity"', '"+INF"', '"INF"', '"nan"', '""', '" "', '"abc"', "true",
    "false", '"true"', '"TRUE"', "null", "{}", "[]", '{"a":1}', '{ "b" : 1.50, "a" : [1, 2 ] }', "[1,2]",
    '[ 1 , "x" , null ]', '"2026-01-01"', '"2026-01-01T00:00:00Z"', '"2026-01-01T00:00:00.123456789Z"',
    '"2026-01-01T00:00:00.123+02:00"', '"2026-01-01 12:30:45"', '"2026-01-01T12:30"', '"2026-1-1"', '"2026"',
    '"20260101"', '"12:30:00"', '"2026-01-01T25:00:00"', '"2026-02-30"', "1767225600", "1767225600000",
    "1767225600.5", '"1767225600"', '"YWJj"', '"YWJ"', '"a b"', "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"a\\nb\"",
    '"é"', '"2026-03-29T02:30:00"', '"2026-10-25T02:30:00"', '"01/02/2026"', '"Jan 1, 2026"',
    '"2026-01-01T00:00:00+0200"', '"2026-01-01T00:00:00 Europe/Berlin"',
]
MORE_VARIANTS = [
    "123456789012345678901234567890", "0.1e-5", "12345678901234567890.5",
    "1.23456789012345678901234567890123456789", '"12L"', '"1e3"', '" true "', '"yes"', '"t"', '"0"',
    "9007199254740993", '{"a":null}', '{"a":"x","b":{"c":1}}', '[1.5,"2",null]', "[[1],[2]]",
    '"2026-01-01T00:00:00+01:00"', "1e15", "1e16", "123456.789e3",
]
TYPES = [
    "string", "boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal(10,2)",
    "decimal(38,18)", "decimal(3,0)", "date", "timestamp", "timestamp_ntz", "binary", "array<int>", "array<string>",
    "map<string,int>", "map<string,string>", "struct<a:int>", "struct<a:string,b:string>", "variant",
    "array<struct<a:int>>",
]
CAST_TYPES = [
    "string", "boolean", "tinyint", "int", "bigint", "float", "double", "decimal(10,2)", "decimal(38,0)",
    "decimal(38,18)", "date", "timestamp", "timestamp_ntz", "binary", "array<int>", "array<string>",
    "map<string,int>", "map<string,string>", "struct<a:int>", "struct<a:string,b:string>", "array<variant>",
]
RECORDS = [
    '{"a":1}', '{"a":1,"a":2}', '{"A":1}', '{"b":"x","z":[{}]}', '{"c":{"d":1,"d":2}}', '{"c":{"D":1}}', '{"c":[]}',
    '{"c":"x"}', '{"c":{}}', '{"c":null}', '{"a":1,}', '{"a":1} x', '{"a":1}{"a":2}', '[{"a":1}]', "", "  ", "null",
    '"x"', "1", '{"a":01}', '{"a":+1}', '{"a":.5}', "{a:1}", "{'a':1}", '{"a":1/*c*/}', '{"a":NaN}', '{"b":"	"}',
    "{\"b\":\"\\x\"}", "{\"b\":\"\\ud800\"}", '﻿{"a":1}', '{"a":1 "b":2}', "{\"b\":\"a\\u0000b\"}", '{"a": 1 }',
]
RECORD_SCHEMA = "a int, b string, c struct<d:int,e:string>"


def reading_groups():
    groups = []
    for zone in ["UTC", "Europe/Berlin"]:
        for type in TYPES:
            if zone == "UTC" or type in ("timestamp", "date", "timestamp_ntz"):
                rows = ['{"x":%s}' % value for value in VALUES]
                groups.append({"schema": f"x {type}", "zone": zone, "rows": rows, "cases": ["x"]})
    cases = ["a", "b", "c", "c.d", "c.e"]
    return [*groups, {"schema": RECORD_SCHEMA, "zone": "UTC", "rows": RECORDS, "cases": cases}]


def cast_groups():
    rows = ['{"x":%s}' % value for value in VALUES + MORE_VARIANTS if json.loads(value) is not None]
    cases = [f"CAST(x AS {type})" for type in CAST_TYPES]
    return [{"schema": "x variant", "zone": "UTC", "rows": rows, "cases": cases}]
