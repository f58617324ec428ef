// Compression codecs of record batches. Decompressors are loaded when the first batch of their codec comes.

import { createRequire } from 'node:module'
import zlib, { gunzipSync } from 'node:zlib'
import type * as Zstd from '@bokuweb/zstd-wasm'
import type * as Lz4 from 'lz4-napi'
import { Exit, SprkError } from '../../errors.ts'
import { MalformedError } from './bytes.ts'
import { decompressFrames } from './frames.ts'
import { openLz4Frame } from './lz4-frame.ts'
import { uncompressSnappy } from './snappy.ts'
import { openZstdFrame } from './zstd-frame.ts'

const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** No batch is larger in memory, however small it is over the wire: brokers hold batches in memory too. */
export const MAX_BATCH_BYTES = 256 * 1024 * 1024

/** Throws TooLargeError where there are more than `maxBytes`; whatever else it throws means bad data. */
type Decompress = (bytes: Buffer, maxBytes: number) => Buffer

/** There is more in it than is allowed. The message completes "the batch at offset 7 ". */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

const loaders: Readonly<Record<number, () => Promise<Decompress>>> = {
  1: async () => gunzip,
  2: async () => unsnap,
  3: loadLz4,
  4: loadZstd,
}

const loaded = new Map<number, Decompress>()

export function codecName(codec: number): string {
  return codecNames[codec] ?? `codec ${codec}`
}

export function canDecompress(codec: number): boolean {
  return Object.hasOwn(loaders, codec)
}

/** Loads what these codecs need; unknown codecs are passed over. A set bit n stands for codec n. */
export async function loadCodecs(bits: number): Promise<void> {
  for (let codec = 1; bits >> codec > 0; codec++) {
    const load = loaders[codec]
    if (((bits >> codec) & 1) === 0 || load === undefined || loaded.has(codec)) continue
    try {
      loaded.set(codec, await load())
    } catch (cause) {
      const message = `records are compressed with ${codecName(codec)}, whose decompressor cannot be loaded on this machine`
      const hint = 'install sprk anew for this platform; optional dependencies of npm are needed'
      throw new SprkError(Exit.PROTOCOL, { code: 'E_CODEC', message, hint }, { cause })
    }
  }
}

/** Throws MalformedError, or TooLargeError where the records would take more than `maxBytes`. The codec was loaded. */
export function decompress(codec: number, bytes: Buffer, maxBytes = MAX_BATCH_BYTES): Buffer {
  const decompressor = loaded.get(codec)
  if (decompressor === undefined) throw new Error(`the decompressor of ${codecName(codec)} was not loaded`)
  try {
    return decompressor(bytes, maxBytes)
  } catch (cause) {
    if (cause instanceof TooLargeError || isTooLargeForZlib(cause))
      throw new TooLargeError(
        `would take more than ${maxBytes} bytes when its ${codecName(codec)} data is decompressed`,
      )
    throw new MalformedError(`its ${codecName(codec)} data cannot be decompressed`, { cause })
  }
}

/** One byte makes no more of them. */
const MAX_DEFLATE_RATIO = 1032
const GUNZIP_CHUNK_BYTES = 1024 * 1024

/**
 * Members, one behind the other, are zlib's affair. Synchronous on purpose: asynchronous zlib reached 130 MB/s on 100 kB
 * batches, this 700; 28 % of the time goes where the first chunk is as large as the end of the last member says. A bomb is
 * given up after 256 MB: 0.35 s, 0.9 s with zlib's own chunks of 16 kB.
 */
function gunzip(bytes: Buffer, maxBytes: number): Buffer {
  const size = bytes.length < 4 ? 0 : bytes.readUInt32LE(bytes.length - 4)
  const isLikely = size > 0 && size <= Math.min(bytes.length * MAX_DEFLATE_RATIO, maxBytes)
  const chunkSize = isLikely ? Math.max(size + 1, 64) : GUNZIP_CHUNK_BYTES
  return gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize })
}

function unsnap(bytes: Buffer, maxBytes: number): Buffer {
  return uncompressSnappy(bytes, boundedBy(maxBytes))
}

async function loadLz4(): Promise<Decompress> {
  const { decompressFrameSync } = createRequire(import.meta.url)('lz4-napi') as typeof Lz4
  return (bytes, maxBytes) =>
    decompressFrames(bytes, openLz4Frame, (frame) => decompressFrameSync(frame), boundedBy(maxBytes))
}

/** Node 22.15 and later have it built in. */
async function loadZstd(): Promise<Decompress> {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer }
  const decompressFrame = zstdDecompressSync ? (frame: Buffer) => zstdDecompressSync(frame) : await loadZstdWasm()
  return (bytes, maxBytes) => decompressFrames(bytes, openZstdFrame, decompressFrame, boundedBy(maxBytes))
}

async function loadZstdWasm(): Promise<(bytes: Buffer, bound: number) => Buffer> {
  const zstd = createRequire(import.meta.url)('@bokuweb/zstd-wasm') as typeof Zstd
  await zstd.init()
  return (bytes, bound) => {
    // It makes a buffer of this size where the frame does not say how large its content is.
    const { buffer, byteOffset, length } = zstd.decompress(bytes, { defaultHeapSize: Math.max(bound, 1) })
    return Buffer.from(buffer, byteOffset, length)
  }
}

function boundedBy(maxBytes: number): (bytes: number) => void {
  return (bytes) => {
    if (bytes > maxBytes) throw new TooLargeError()
  }
}

function isTooLargeForZlib(error: unknown): boolean {
  return error instanceof RangeError && (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
}
