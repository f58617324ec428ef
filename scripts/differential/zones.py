"""Times around changes of clocks, in zones whose history is odd."""

import random

ZONES = [
    "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "America/Sao_Paulo", "Europe/Dublin", "Africa/Monrovia",
    "Europe/Amsterdam", "Asia/Shanghai", "Africa/Cairo", "Antarctica/Troll", "Asia/Gaza", "America/Scoresbysund",
    "Pacific/Kiritimati", "Etc/GMT+3", "EST5EDT", "GB", "America/North_Dakota/New_Salem",
]
LOCAL = [
    "2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-03-08 02:30:00", "2026-11-01 01:30:00",
    "2011-12-30 12:00:00", "2018-11-04 00:30:00", "2018-11-04", "1940-07-01 00:10:00", "1937-07-01 00:00:15",
    "1972-01-07 00:30:00", "1927-12-31 23:59:00", "1901-12-13 20:45:52", "1900-01-01 00:00:00",
    "1890-06-01 00:00:00", "1884-01-01 00:00:00", "1700-01-01 00:00:00", "2038-01-19 03:14:08",
    "2100-07-01 12:00:00", "2037-12-31 23:59:59", "2050-03-27 02:30:00", "2050-07-01 00:00:00",
    "2007-03-11 00:01:30", "1999-10-31 00:01:30", "2026-04-05 01:45:00", "2026-10-04 02:15:00",
]
UTC = [
    "2026-03-29T00:59:59.999999Z", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
    "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z", "2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z",
    "1972-01-07T00:44:30Z", "1970-01-01T00:00:00Z", "1937-06-30T23:40:28Z", "1900-01-01T00:00:00Z",
    "1885-01-01T00:00:00Z", "1700-01-01T00:00:00Z", "2200-07-01T12:00:00Z", "2026-04-04T15:00:00Z",
    "2026-10-03T15:30:00Z", "1972-01-07T00:44:29Z", "1999-10-31T02:31:00Z", "1999-10-31T02:30:59Z",
]
SCHEMA = "ts timestamp, tn timestamp_ntz, dt date"
ROWS = [
    '{"ts":"2026-03-29T02:30:00","tn":"2026-03-29T02:30:00","dt":"2026-03-29"}',
    '{"ts":"2026-10-25T02:30:00","tn":"2026-10-25T02:30:00","dt":"2011-12-30"}',
]
COLUMN_CASES = ["ts", "CAST(ts AS date)", "CAST(tn AS timestamp)", "ts = tn", "dt = ts", "CAST(dt AS timestamp) = ts"]


def groups(seed, cases_a_zone):
    chosen = random.Random(seed)
    cases = []
    for text in LOCAL:
        cases += [f"CAST('{text}' AS timestamp)", f"CAST(CAST('{text}' AS timestamp) AS bigint)",
                  f"CAST(TIMESTAMP_NTZ '{text}' AS timestamp)", f"CAST(DATE '{text[:10]}' AS timestamp)"]
    for text in UTC:
        cases += [f"TIMESTAMP '{text}'", f"CAST(TIMESTAMP '{text}' AS date)",
                  f"CAST(TIMESTAMP '{text}' AS timestamp_ntz)"]
    return [
        {"schema": SCHEMA, "zone": zone, "rows": ROWS, "cases": [*chosen.sample(cases, cases_a_zone), *COLUMN_CASES]}
        for zone in ZONES
    ]
