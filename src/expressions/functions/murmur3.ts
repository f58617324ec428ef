// Murmur3 of 32 bits as Spark has it (`org.apache.spark.unsafe.hash.Murmur3_x86_32`): it mixes in each byte behind the last
// whole word by itself, which the original does not.

export function murmurInt(value: number, seed: number): number {
  return finished(mixed(seed, value), 4)
}

export function murmurLong(value: bigint, seed: number): number {
  const low = Number(BigInt.asIntN(32, value))
  const high = Number(BigInt.asIntN(32, value >> 32n))
  return finished(mixed(mixed(seed, low), high), 8)
}

export function murmurBytes(bytes: Buffer, seed: number): number {
  const aligned = bytes.length - (bytes.length % 4)
  let hash = seed
  for (let i = 0; i < aligned; i += 4) hash = mixed(hash, bytes.readInt32LE(i))
  for (let i = aligned; i < bytes.length; i++) hash = mixed(hash, bytes.readInt8(i))
  return finished(hash, bytes.length)
}

function mixed(hash: number, word: number): number {
  const k = Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
  return (Math.imul(rotated(hash ^ k, 13), 5) + 0xe6546b64) | 0
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function finished(hash: number, length: number): number {
  let h = hash ^ length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
