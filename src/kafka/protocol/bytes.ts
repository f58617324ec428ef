// Reading and writing Kafka's primitive types, with bounds checked: what comes over the wire is not trusted.

/** The bytes are not what the protocol says. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError'
}

/** A signed 64-bit integer as a number; exact up to 2^53-1 in magnitude. */
export function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
}

/** Walks an answer from its beginning. Throws MalformedError where it is too short. */
export class WireReader {
  readonly bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get position(): number {
    return this.#at
  }

  int8(): number {
    return this.bytes.readInt8(this.skip(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.skip(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.skip(4))
  }

  int64(): number {
    return int64At(this.bytes, this.skip(8))
  }

  string(): string {
    const text = this.nullableString()
    if (text === null) throw new MalformedError('a string is missing')
    return text
  }

  nullableString(): string | null {
    const length = this.int16()
    if (length < 0) return null
    const start = this.skip(length)
    return this.bytes.toString('utf8', start, start + length)
  }

  /** Items of at least `minBytes` each; a null array is an empty one. */
  array<T>(minBytes: number, item: () => T): T[] {
    const count = this.int32()
    if (count * minBytes > this.bytes.length - this.#at)
      throw new MalformedError(`an array of ${count} items is too long`)
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(item())
    return items
  }

  /** Returns where the skipped bytes begin. */
  skip(length: number): number {
    const start = this.#at
    if (length < 0 || start + length > this.bytes.length) throw new MalformedError('the answer ends too early')
    this.#at = start + length
    return start
  }
}

/** Collects a request body. */
export class WireWriter {
  readonly #parts: Buffer[] = []

  int8(value: number): this {
    const part = Buffer.allocUnsafe(1)
    part.writeInt8(value)
    return this.#push(part)
  }

  int16(value: number): this {
    const part = Buffer.allocUnsafe(2)
    part.writeInt16BE(value)
    return this.#push(part)
  }

  int32(value: number): this {
    const part = Buffer.allocUnsafe(4)
    part.writeInt32BE(value)
    return this.#push(part)
  }

  int64(value: number): this {
    const part = Buffer.allocUnsafe(8)
    part.writeBigInt64BE(BigInt(value))
    return this.#push(part)
  }

  string(text: string): this {
    const part = Buffer.from(text, 'utf8')
    return this.int16(part.length).#push(part)
  }

  bytes(part: Buffer): this {
    return this.#push(part)
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length)
    for (const item of items) write(item)
    return this
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts)
  }

  #push(part: Buffer): this {
    this.#parts.push(part)
    return this
  }
}
