// XXH64, a fast hash of 64 bits (Y. Collet, "xxHash fast digest algorithm", version 0.1.1), as Spark's XXH64 uses it.

const PRIME1 = 0x9e3779b185ebca87n
const PRIME2 = 0xc2b2ae3d27d4eb4fn
const PRIME3 = 0x165667b19e3779f9n
const PRIME4 = 0x85ebca77c2b2ae63n
const PRIME5 = 0x27d4eb2f165667c5n

const MASK = (1n << 64n) - 1n

/** Of 4 bytes; the number is taken as 32 bits. Seeds and hashes are unsigned. */
export function hashInt(value: number, seed: bigint): bigint {
  return avalanche(mixInt(wrap(seed + PRIME5 + 4n), BigInt(value >>> 0)))
}

/** Of 8 bytes. */
export function hashLong(value: bigint, seed: bigint): bigint {
  return avalanche(mixLong(wrap(seed + PRIME5 + 8n), BigInt.asUintN(64, value)))
}

export function hashBytes(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = bytes.length - (bytes.length % 32)
  let hash = at > 0 ? stripes(view, at, seed) : wrap(seed + PRIME5)
  hash = wrap(hash + BigInt(bytes.length))
  for (; at + 8 <= bytes.length; at += 8) hash = mixLong(hash, view.getBigUint64(at, true))
  if (at + 4 <= bytes.length) {
    hash = mixInt(hash, BigInt(view.getUint32(at, true)))
    at += 4
  }
  for (; at < bytes.length; at++) hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint8(at)) * PRIME5), 11n) * PRIME1)
  return avalanche(hash)
}

/** The first `end` bytes, a multiple of 32, in four lanes. */
function stripes(view: DataView, end: number, seed: bigint): bigint {
  let a = wrap(seed + PRIME1 + PRIME2)
  let b = wrap(seed + PRIME2)
  let c = seed
  let d = wrap(seed - PRIME1)
  for (let at = 0; at < end; at += 32) {
    a = round(a, view.getBigUint64(at, true))
    b = round(b, view.getBigUint64(at + 8, true))
    c = round(c, view.getBigUint64(at + 16, true))
    d = round(d, view.getBigUint64(at + 24, true))
  }
  let hash = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n))
  for (const lane of [a, b, c, d]) hash = wrap((hash ^ round(0n, lane)) * PRIME1 + PRIME4)
  return hash
}

function round(lane: bigint, input: bigint): bigint {
  return wrap(rotate(wrap(lane + wrap(input * PRIME2)), 31n) * PRIME1)
}

function mixLong(hash: bigint, input: bigint): bigint {
  return wrap(rotate(hash ^ round(0n, input), 27n) * PRIME1 + PRIME4)
}

function mixInt(hash: bigint, input: bigint): bigint {
  return wrap(rotate(hash ^ wrap(input * PRIME1), 23n) * PRIME2 + PRIME3)
}

function avalanche(hash: bigint): bigint {
  let mixed = wrap((hash ^ (hash >> 33n)) * PRIME2)
  mixed = wrap((mixed ^ (mixed >> 29n)) * PRIME3)
  return mixed ^ (mixed >> 32n)
}

function rotate(value: bigint, bits: bigint): bigint {
  return wrap(value << bits) | (value >> (64n - bits))
}

function wrap(value: bigint): bigint {
  return value & MASK
}
