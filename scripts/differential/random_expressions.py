"""Random expressions over the columns of rows.py: arithmetic, strings, predicates, casts and times, some levels deep."""

import random

INTEGERS = ["by", "sh", "n", "l", "ai[0]", "o.n", "m['a']", "id"]
DECIMALS = ["p", "q", "w"]
FLOATS = ["f", "d"]
STRINGS = ["s", "t", "o.k", "o.deep.q", "a[0]", "a[1]"]
TIMES = ["dt", "ts", "o.deep.ts", "tn", "DATE '2026-01-31'", "TIMESTAMP '2026-03-29 02:30:00'",
         "TIMESTAMP_NTZ '2026-10-25 02:30:00'"]
INTEGER_LITERALS = ["0", "1", "2", "3", "-1", "5", "7", "10", "100", "1Y", "2S", "3L", "127Y", "32767S", "2147483647",
                    "3000000000", "-2147483648", "1000000L"]
DECIMAL_LITERALS = ["1.5", "0.1", "2.50", "-0.005", "100.00", "1234.5678", "0.00001", "99999999999999999999.9",
                    "1BD", "3.14159265358979", "-1.0"]
DOUBLE_LITERALS = ["1e0", "0.5D", "1e10", "-2.5D", "3F", "1e-5", "0.0D", "1.1F"]
STRING_LITERALS = ["'5'", "'12.34'", "''", "'a'", "'hello'", "' 7 '", "'abc'", "'true'", "'-1'", "'2026-01-01'",
                   "'é'", "'1e2'", "'o'", "' '", "'l'"]
NUMERIC_TYPES = ["int", "bigint", "double", "decimal(10,2)", "decimal(20,5)", "tinyint", "smallint", "float",
                 "decimal(38,18)", "decimal(5,0)"]
COMPARISONS = ["=", "<", ">", "<=", ">=", "<>", "<=>"]
MAX_LENGTH = 220


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def expressions(self, count):
        known = {}
        while len(known) < count:
            kind = self.one([self.number, self.string, self.boolean, self.boolean, self.time, self.any])
            expression = kind(self.one([1, 2, 2, 3]))
            if len(expression) > MAX_LENGTH or expression in known:
                continue
            if self.random.random() < 0.12:
                argument = self.one([self.number, self.number, self.string, self.time])(self.one([0, 1, 1]))
                expression = f"aggregate {self.one(['sum', 'min', 'max', 'avg', 'count'])}({argument})"
            known[expression] = True
        return list(known)

    def one(self, of):
        return self.random.choice(of)

    def number(self, depth):
        if depth <= 0:
            return self.one(self.one([INTEGERS, INTEGERS, DECIMALS, FLOATS, INTEGER_LITERALS, DECIMAL_LITERALS,
                                      DOUBLE_LITERALS]))
        x, inner = self.random.random(), depth - 1
        if x < 0.5:
            operator = self.one(["+", "-", "*", "/", "%", "+", "-", "*", "div"])
            return f"({self.number(inner)} {operator} {self.number(inner)})"
        if x < 0.58:
            return f"(- {self.number(inner)})"
        if x < 0.72:
            return f"CAST({self.any(inner)} AS {self.one(NUMERIC_TYPES)})"
        if x < 0.8:
            return f"CASE WHEN {self.boolean(inner)} THEN {self.number(inner)} ELSE {self.number(inner)} END"
        if x < 0.86:
            return f"coalesce({self.number(inner)}, {self.number(inner)})"
        return f"length({self.string(inner)})" if x < 0.92 else self.number(0)

    def string(self, depth):
        if depth <= 0:
            return self.one(self.one([STRINGS, STRINGS, STRING_LITERALS]))
        x, inner = self.random.random(), depth - 1
        if x < 0.15:
            return f"({self.string(inner)} || {self.any(inner)})"
        if x < 0.3:
            return f"{self.one(['lower', 'upper', 'trim', 'ltrim', 'rtrim', 'btrim'])}({self.string(inner)})"
        if x < 0.5:
            length = f", {self.position()}" if self.random.random() < 0.6 else ""
            return f"substring({self.string(inner)}, {self.position()}{length})"
        if x < 0.6:
            return f"concat({self.string(inner)}, {self.any(inner)})"
        if x < 0.7:
            return f"CAST({self.any(inner)} AS string)"
        if x < 0.8:
            return f"CASE WHEN {self.boolean(inner)} THEN {self.string(inner)} ELSE {self.any(inner)} END"
        if x < 0.88:
            return f"coalesce({self.string(inner)}, {self.any(inner)})"
        if x < 0.94:
            separator = self.one(["' '", "'o'", "'l+'", "''", "'[0-9]'", "'.'"])
            return f"split({self.string(inner)}, {separator})[0]"
        side = self.one(["BOTH", "LEADING", "TRAILING"])
        return f"trim({side} {self.one(STRING_LITERALS)} FROM {self.string(inner)})"

    def position(self):
        return self.one(["0", "1", "2", "3", "-1", "-3", "5", "100", "-100", "id", "by", "n", "'2'", "NULL"])

    def boolean(self, depth):
        if depth <= 0:
            return self.one(["b", "true", "false", "b", "NULL", "n IS NULL", "id > 3"])
        x, inner = self.random.random(), depth - 1
        if x < 0.3:
            return f"({self.number(inner)} {self.one(COMPARISONS)} {self.number(inner)})"
        if x < 0.42:
            other = self.one([self.string, self.number, self.time, self.boolean])(inner)
            return f"({self.string(inner)} {self.one(COMPARISONS)} {other})"
        if x < 0.5:
            return f"({self.time(inner)} {self.one(COMPARISONS)} {self.one([self.time, self.string])(inner)})"
        if x < 0.6:
            return f"({self.boolean(inner)} {self.one(['AND', 'OR'])} {self.boolean(inner)})"
        if x < 0.65:
            return f"(NOT {self.boolean(inner)})"
        if x < 0.73:
            items = f"{self.any(inner)}, {self.any(0)}, {self.one(['NULL', self.any(0)])}"
            return f"({self.any(inner)} {self.one(['IN', 'NOT IN'])} ({items}))"
        if x < 0.8:
            value = self.one([self.number, self.string, self.time])(inner)
            low = self.one([self.number, self.string])(inner)
            return f"({value} {self.one(['BETWEEN', 'NOT BETWEEN'])} {low} AND {self.number(inner)})"
        if x < 0.87:
            pattern = self.one(["'%o%'", "'_%'", "'h_l%'", "'%'", "'%1'", "s", "t"])
            return f"({self.string(inner)} {self.one(['LIKE', 'NOT LIKE'])} {pattern})"
        if x < 0.93:
            return f"({self.any(inner)} {self.one(['IS NULL', 'IS NOT NULL'])})"
        if x < 0.96:
            return f"({self.boolean(inner)} {self.one(['IS TRUE', 'IS NOT FALSE', 'IS UNKNOWN'])})"
        return f"CAST({self.any(inner)} AS boolean)"

    def time(self, depth):
        if depth <= 0:
            return self.one(TIMES)
        x, inner = self.random.random(), depth - 1
        if x < 0.4:
            value = self.one([self.time, self.string, self.number])(inner)
            return f"CAST({value} AS {self.one(['date', 'timestamp', 'timestamp_ntz'])})"
        if x < 0.55:
            days = self.one(["1", "30", "-1", "by", "sh", "id"])
            return f"(CAST({self.time(inner)} AS date) {self.one(['+', '-'])} {days})"
        if x < 0.7:
            return f"CASE WHEN {self.boolean(inner)} THEN {self.time(inner)} ELSE {self.time(inner)} END"
        return f"coalesce({self.time(inner)}, {self.time(inner)})" if x < 0.8 else self.time(0)

    def any(self, depth):
        return self.one([self.number, self.number, self.string, self.string, self.boolean, self.time])(depth)
