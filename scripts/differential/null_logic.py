"""Random NULL logic: predicates and conditionals over rows whose NULLs are independent of each other."""

import json
import random

SCHEMA = (
    "id int, n int, m int, l bigint, d double, p decimal(10,2), q decimal(6,3), b boolean, e boolean, s string,"
    " t string, dt date, ts timestamp, a array<string>, ai array<int>, o struct<k:string,n:int>"
)
VALUES = {
    "n": [0, 1, 2, -1, 5, 100],
    "m": [0, 1, 2, 3, -7],
    "l": [0, 1, 2**40, -3],
    "d": [0.0, -0.0, 1.5, -2.25, "NaN", "INF", 1e10],
    "p": ["0", "1.50", "-2.5", "12.34"],
    "q": ["0", "1.5", "-0.125", "12.340"],
    "b": [True, False],
    "e": [True, False],
    "s": ["", "a", "b", "A", "ab", "a%", "é", "a b", "0", "1"],
    "t": ["", "a", "b", "x", "ab", "%", "_", "1"],
    "dt": ["2026-01-01", "2024-02-29"],
    "ts": ["2026-01-01T00:00:00Z", "2026-03-29T01:00:00.5Z"],
    "a": [[], ["a"], ["a", "b"], [None]],
    "ai": [[1], [1, 2], [None]],
    "o": [{"k": "a", "n": 1}, {"k": None}, {"n": 2}],
}
INTEGERS = ["n", "m", "l", "o.n", "id", "0", "1", "2", "-1", "NULL", "1L"]
DECIMALS = ["p", "q", "1.5", "0.125", "n"]
DOUBLES = ["d", "1e0", "CAST('NaN' AS double)", "n", "0.0D"]
STRINGS = ["s", "t", "o.k", "'a'", "''", "'A'", "NULL", "'1'"]
BOOLEANS = ["b", "e", "true", "false", "NULL"]
TIMES = ["dt", "ts", "DATE '2026-01-01'", "TIMESTAMP '2026-01-01 00:00:00'", "NULL"]
FAMILIES = [INTEGERS, DECIMALS, DOUBLES, STRINGS, TIMES]
MAX_LENGTH = 260


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, of):
        return self.random.choice(of)

    def rows(self, count):
        rows = []
        for i in range(count):
            present = {name: self.one(values) for name, values in VALUES.items() if self.random.random() >= 0.2}
            rows.append(json.dumps({"id": i, **present}, ensure_ascii=False))
        return rows

    def expressions(self, count):
        known = {}
        while len(known) < count:
            depth = self.one([1, 2, 3])
            value = self.random.random() < 0.34
            expression = self.value(min(depth, 2), self.one(FAMILIES)) if value else self.boolean(depth)
            if len(expression) <= MAX_LENGTH:
                known[expression] = True
        return list(known)

    def value(self, depth, family):
        if depth <= 0:
            return self.one(family)
        x, inner = self.random.random(), depth - 1
        if x < 0.3:
            return f"CASE WHEN {self.boolean(inner)} THEN {self.value(inner, family)} ELSE {self.value(inner, family)} END"
        if x < 0.4:
            first, second = self.value(inner, family), self.value(inner, family)
            return f"CASE {self.one(INTEGERS)} WHEN {self.one(INTEGERS)} THEN {first} WHEN {self.one(INTEGERS)} THEN {second} END"
        if x < 0.55:
            return f"coalesce({self.value(inner, family)}, {self.value(inner, family)})"
        if family in (INTEGERS, DECIMALS, DOUBLES):
            return f"({self.value(inner, family)} {self.one(['+', '-', '*', '+', '-', '*', '/'])} {self.value(0, family)})"
        return self.text(inner) if family is STRINGS else self.value(0, family)

    def text(self, inner):
        text = self.value(inner, STRINGS)
        start, length = self.one(["0", "1", "2", "-1", "m"]), self.one(["1", "2", "n"])
        return self.one([
            f"({text} || {self.value(0, STRINGS)})",
            f"upper({text})",
            f"concat({text}, {self.value(0, INTEGERS)})",
            f"substring({text}, {start}, {length})",
            f"trim({text})",
            f"a[{self.one(['0', '1', 'n', 'm'])}]",
        ])

    def boolean(self, depth):
        if depth <= 0:
            return self.one(BOOLEANS)
        family, x, inner = self.one(FAMILIES), self.random.random(), depth - 1
        if x < 0.28:
            items = ", ".join(self.value(self.one([0, 0, inner]), family) for _ in range(self.one([1, 2, 3])))
            return f"{self.value(inner, family)} {self.one(['IN', 'NOT IN'])} ({items})"
        if x < 0.5:
            operator = self.one(["=", "<>", "<", ">", "<=", ">=", "<=>"])
            return f"{self.value(inner, family)} {operator} {self.value(inner, family)}"
        if x < 0.58:
            low, high = self.value(0, family), self.value(0, family)
            return f"{self.value(inner, family)} {self.one(['BETWEEN', 'NOT BETWEEN'])} {low} AND {high}"
        if x < 0.68:
            pattern = self.one(["'a%'", "'_'", "'%'", "'a'", "t", "s", "NULL"])
            return f"{self.value(inner, STRINGS)} {self.one(['LIKE', 'NOT LIKE'])} {pattern}"
        if x < 0.78:
            return f"({self.boolean(inner)}) {self.one(['AND', 'OR'])} ({self.boolean(inner)})"
        if x < 0.84:
            return f"NOT ({self.boolean(inner)})"
        if x < 0.9:
            test = self.one(["IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NULL", "IS NOT NULL", "IS UNKNOWN"])
            return f"({self.boolean(inner)}) {test}"
        if x < 0.95:
            return f"({self.boolean(inner)}) {self.one(['=', '<=>', '<>', '<'])} ({self.boolean(inner)})"
        return f"({self.boolean(inner)})"
