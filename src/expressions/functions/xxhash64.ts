// xxHash of 64 bits as Spark has it (`org.apache.spark.sql.catalyst.expressions.XXH64`); hashes are unsigned here.

const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n

export function xxInt(value: number, seed: bigint): bigint {
  return finished(mixedInt(wrapped(seed + P5 + 4n), value >>> 0))
}

export function xxLong(value: bigint, seed: bigint): bigint {
  return finished(mixedLong(wrapped(seed + P5 + 8n), wrapped(value)))
}

export function xxBytes(bytes: Buffer, seed: bigint): bigint {
  let at = 0
  let hash = wrapped(seed + P5)
  if (bytes.length >= 32) {
    const lanes: [bigint, bigint, bigint, bigint] = [
      wrapped(seed + P1 + P2),
      wrapped(seed + P2),
      seed,
      wrapped(seed - P1),
    ]
    for (; at <= bytes.length - 32; at += 32)
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, bytes.readBigUInt64LE(at + 8 * i))
    const [a, b, c, d] = lanes
    hash = wrapped(rotated(a, 1n) + rotated(b, 7n) + rotated(c, 12n) + rotated(d, 18n))
    for (const lane of lanes) hash = wrapped((hash ^ round(0n, lane)) * P1 + P4)
  }
  hash = wrapped(hash + BigInt(bytes.length))
  for (; at <= bytes.length - 8; at += 8) hash = mixedLong(hash, bytes.readBigUInt64LE(at))
  if (at <= bytes.length - 4) {
    hash = mixedInt(hash, bytes.readUInt32LE(at))
    at += 4
  }
  for (; at < bytes.length; at++) hash = wrapped(rotated(hash ^ wrapped(BigInt(bytes[at] as number) * P5), 11n) * P1)
  return finished(hash)
}

function round(lane: bigint, word: bigint): bigint {
  return wrapped(rotated(wrapped(lane + word * P2), 31n) * P1)
}

function mixedLong(hash: bigint, word: bigint): bigint {
  return wrapped(rotated(hash ^ round(0n, word), 27n) * P1 + P4)
}

function mixedInt(hash: bigint, word: number): bigint {
  return wrapped(rotated(hash ^ wrapped(BigInt(word) * P1), 23n) * P2 + P3)
}

function finished(hash: bigint): bigint {
  let h = wrapped((hash ^ (hash >> 33n)) * P2)
  h = wrapped((h ^ (h >> 29n)) * P3)
  return h ^ (h >> 32n)
}

function rotated(value: bigint, bits: bigint): bigint {
  return wrapped(value << bits) | (value >> (64n - bits))
}

function wrapped(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
