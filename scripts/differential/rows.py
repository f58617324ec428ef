"""The rows that expressions of the corpora are evaluated over: extremes of every type, and NULLs."""

import json

SCHEMA = (
    "id int, by tinyint, sh smallint, n int, l bigint, f float, d double, p decimal(10,2), q decimal(38,10),"
    " w decimal(20,0), b boolean, s string, t string, bin binary, dt date, ts timestamp, tn timestamp_ntz,"
    " a array<string>, ai array<int>, m map<string,int>,"
    " o struct<k:string,n:int,deep:struct<q:string,ts:timestamp>>, v variant"
)

_ROWS = [
    dict(id=1, by=7, sh=300, n=5, l=9007199254740993, f=1.5, d=2.5, p=12.34, q="1234567890.0123456789", w=42, b=True,
         s="hello world", t="  Pad\t", bin="aGVsbG8=", dt="2026-02-28", ts="2026-03-29T00:59:59.123456Z",
         tn="2026-03-29T02:30:00", a=["x", "y", "z"], ai=[3, 1, 2], m={"a": 1, "b": 2},
         o={"k": "v", "n": 7, "deep": {"q": "r", "ts": "2026-01-01T00:00:00Z"}}, v={"a": [1, 2.50, "x"], "b": None}),
    dict(id=2, by=0, sh=0, n=0, l=0, f=0.0, d=0.0, p=0, q=0, w=0, b=False, s="", t="", bin="", dt="1970-01-01",
         ts="1970-01-01T00:00:00Z", tn="1970-01-01T00:00:00", a=[], ai=[], m={}, o={"k": None, "n": 0, "deep": None},
         v=0),
    dict(id=3),
    dict(id=4, by=127, sh=32767, n=2147483647, l=9223372036854775807, f=3.4028235e38, d=1.7976931348623157e308,
         p="99999999.99", q="9999999999999999999999999999.9999999999", w="99999999999999999999", b=True,
         s="9223372036854775807", t="2147483648", bin="/w==", dt="2200-12-31", ts="2200-12-31T23:59:59.999999Z",
         tn="2200-12-31T23:59:59.999999", a=["9223372036854775807", None], ai=[2147483647, None], m={"": 0},
         o={"k": "", "n": 2147483647, "deep": {"q": "", "ts": None}}, v="12"),
    dict(id=5, by=-128, sh=-32768, n=-2147483648, l=-9223372036854775808, f=-3.4028235e38,
         d=-1.7976931348623157e308, p="-99999999.99", q="-9999999999999999999999999999.9999999999",
         w="-99999999999999999999", b=False, s="-9223372036854775808", t="-2147483649", bin="AAE=", dt="1700-01-01",
         ts="1700-01-01T00:00:00.000001Z", tn="1700-01-01T00:00:00.000001", a=[None], ai=[None], m={"n": None}, o={},
         v=-1.5),
    dict(id=6, by=-1, sh=-1, n=-1, l=-1, f="NaN", d="NaN", p="-0.01", q="-0.0000000001", w=-1, b=True, s="São Paulo",
         t="日本😀", bin="5pel", dt="2024-02-29", ts="2024-02-29T12:00:00.1Z", tn="2024-02-29T12:00:00.1",
         a=["é", "e\u0301"], ai=[-1], m={"é": -1},
         o={"k": "ü", "n": -1, "deep": {"q": "日", "ts": "2026-10-25T00:30:00Z"}}, v=True),
    dict(id=7, by=10, sh=1000, n=1000000, l=3000000000, f=0.1, d=0.1, p=2.5, q="2.5", w=10000000000, b=False, s="1e3",
         t=" 42 ", bin="MTIz", dt="2026-10-25", ts="2026-10-25T00:30:00Z", tn="2026-10-25T02:30:00",
         a=["1", "2", "abc"], ai=[1, 1, 1], m={"a": 2147483647},
         o={"k": "true", "n": 1, "deep": {"q": "1.5", "ts": "1970-01-01T00:00:00Z"}}, v="2026-01-01"),
    dict(id=8, by=2, sh=-5, n=-7, l=-7, f="-INF", d="+INF", p=-2.5, q="-2.5", w=-7, b=True, s="-0.0", t="infinity",
         bin="LTE=", dt="2038-01-19", ts="2038-01-19T03:14:08Z", tn="1900-01-01T00:00:00", a=["true", "f"],
         ai=[5, 6], m={"x": 5}, o={"k": "%a_", "n": 3, "deep": {"q": "\\", "ts": None}}, v=[1, "1", None]),
]

ROWS = [json.dumps(row, ensure_ascii=False) for row in _ROWS]
