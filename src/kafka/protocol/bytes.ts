// Reading and writing Kafka's primitive types, with bounds checked: what comes over the wire is not trusted.

/** The bytes are not what the protocol says. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError'
  /** The offset after the batch that is malformed, where its header can be believed. */
  nextOffset: number | null = null
}

/** A signed 64-bit integer as a number; exact up to 2^53-1 in magnitude. */
export function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
}

/**
 * How a version of an API is encoded (KIP-482). Flexible ones write lengths as unsigned varints, one more than they are so
 * that 0 is null, and end every structure with a section of tagged fields.
 */
export type Encoding = 'fixed' | 'flexible'

const UUID_BYTES = 16

/** Of a string, in both encodings. */
const MAX_STRING_BYTES = 0x7fff

/** Walks an answer from its beginning. Throws MalformedError where it is too short. */
export class WireReader {
  readonly bytes: Buffer
  readonly #isFlexible: boolean
  #at = 0

  /** A flexible answer begins with the tagged fields of its header: they are skipped. */
  constructor(bytes: Buffer, encoding: Encoding = 'fixed') {
    this.bytes = bytes
    this.#isFlexible = encoding === 'flexible'
    this.tags()
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
    const length = this.#isFlexible ? this.#uvarint() - 1 : this.int16()
    if (length < 0) return null
    if (length > MAX_STRING_BYTES) throw new MalformedError(`a string of ${length} bytes is too long`)
    const start = this.skip(length)
    return this.bytes.toString('utf8', start, start + length)
  }

  /** 32 hex digits. */
  uuid(): string {
    const start = this.skip(UUID_BYTES)
    return this.bytes.toString('hex', start, start + UUID_BYTES)
  }

  /** Of bytes that follow; -1: they are null. */
  byteLength(): number {
    return this.#isFlexible ? this.#uvarint() - 1 : this.int32()
  }

  /**
   * A null array is an empty one. Every item takes at least one byte, so an answer cannot claim more items than it has
   * bytes. More is not presumed of an item: its size depends on the encoding, and a wrong minimum refuses good answers.
   */
  array<T>(item: () => T): T[] {
    const count = this.byteLength()
    if (count > this.bytes.length - this.#at) throw new MalformedError(`an array of ${count} items is too long`)
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(item())
    return items
  }

  /** Passes the tagged fields at the end of a structure; there are none where the encoding is fixed. */
  tags(): void {
    if (!this.#isFlexible) return
    for (let count = this.#uvarint(); count > 0; count--) {
      this.#uvarint()
      this.skip(this.#uvarint())
    }
  }

  #uvarint(): number {
    let value = 0
    for (let scale = 1; scale < 2 ** 35; scale *= 128) {
      const byte = this.int8()
      value += (byte & 127) * scale
      if (byte >= 0) return value
    }
    throw new MalformedError('a varint does not end')
  }

  /** Returns where the skipped bytes begin. */
  skip(length: number): number {
    const start = this.#at
    if (length < 0 || start + length > this.bytes.length) throw new MalformedError('the answer ends too early')
    this.#at = start + length
    return start
  }
}

/** Most lengths: a fetch of a thousand partitions has thousands of them. */
const SHORT_VARINTS = Array.from({ length: 128 }, (_, value) => Buffer.from([value]))

/** Collects a request body. */
export class WireWriter {
  readonly #parts: Buffer[] = []
  readonly #isFlexible: boolean

  /** A flexible request begins with the tagged fields of its header: none. */
  constructor(encoding: Encoding = 'fixed') {
    this.#isFlexible = encoding === 'flexible'
    this.tags()
  }

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
    if (this.#isFlexible) this.#uvarint(part.length + 1)
    else this.int16(part.length)
    return this.#push(part)
  }

  nullString(): this {
    return this.#isFlexible ? this.#uvarint(0) : this.int16(-1)
  }

  /** 32 hex digits. */
  uuid(id: string): this {
    return this.#push(Buffer.from(id, 'hex'))
  }

  /** Before bytes. */
  byteLength(length: number): this {
    return this.#count(length)
  }

  bytes(part: Buffer): this {
    return this.#push(part)
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.#count(items.length)
    for (const item of items) write(item)
    return this
  }

  nullArray(): this {
    return this.#count(-1)
  }

  /** Ends a structure of a flexible request: it has no tagged fields. */
  tags(): this {
    return this.#isFlexible ? this.#uvarint(0) : this
  }

  #count(count: number): this {
    return this.#isFlexible ? this.#uvarint(count + 1) : this.int32(count)
  }

  #uvarint(value: number): this {
    if (value < 128) return this.#push(SHORT_VARINTS[value] as Buffer)
    const bytes: number[] = []
    let rest = value
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
    return this.#push(Buffer.from([...bytes, rest]))
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts)
  }

  #push(part: Buffer): this {
    this.#parts.push(part)
    return this
  }
}
