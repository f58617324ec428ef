// @ts-check
// Barriers of Kafka's protocol: what a broker says is read as it is meant, and what is damaged is refused.

const answers = 'test/kafka/protocol/answers.test.ts'
const fuzz = 'test/kafka/protocol/fuzz.test.ts'
const records = 'test/kafka/protocol/records.test.ts'
const compression = 'test/kafka/protocol/compression.test.ts'
const refusal = 'test/kafka/client/refusal.test.ts'
const batch = 'test/kafka/protocol/record-batch.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const protocolMutants = [
  {
    name: 'items of an array presumed larger than they are',
    file: 'src/kafka/protocol/bytes.ts',
    find: 'if (count > this.bytes.length - this.#at)',
    replace: 'if (count * 38 > this.bytes.length - this.#at)',
    test: [answers, "an answer of a real Kafka is read as it is meant ('Fetch 13: four empty partitions')"],
  },
  {
    name: 'end of an answer unchecked',
    file: 'src/kafka/protocol/bytes.ts',
    find: 'if (length < 0 || start + length > this.bytes.length) throw',
    replace: 'if (length < 0) throw',
    test: [
      answers,
      "an answer of a real Kafka is refused when it was cut at any byte ('Fetch 13: one empty partition')",
    ],
  },
  {
    name: 'answer not read to its end',
    file: 'src/kafka/protocol/find-coordinator.ts',
    find: '    port: int32,\n',
    replace: '',
    test: [answers, "an answer of a real Kafka is refused when it was cut at any byte ('FindCoordinator: found')"],
  },
  {
    name: 'null array taken for one item',
    file: 'src/kafka/protocol/bytes.ts',
    find: 'for (let i = 0; i < count; i++) items.push(item())',
    replace: 'for (let i = 0; i < Math.abs(count); i++) items.push(item())',
    test: [answers, "an answer of a real Kafka is read as it is meant ('Fetch 11: beyond the end')"],
  },
  {
    name: 'second byte of a long count dropped',
    file: 'src/kafka/protocol/bytes.ts',
    find: 'value += (byte & 127) * scale',
    replace: 'value += scale === 1 ? byte & 127 : 0',
    test: [answers, "an answer of a real Kafka is read as it is meant ('Metadata 12: many partitions')"],
  },
  {
    name: 'another error for an answer that is cut',
    file: 'src/kafka/protocol/bytes.ts',
    find: "throw new MalformedError('the answer ends too early')",
    replace: "throw new Error('the answer ends too early')",
    test: [
      fuzz,
      "a damaged answer is read or malformed, and makes no more than it has ('Fetch 13: aborted transactions')",
    ],
  },
  {
    name: 'timestamps added up as doubles',
    file: 'src/kafka/protocol/records.ts',
    find: 'if (byte <= 127 && Number.isSafeInteger(near)) return',
    replace: 'if (byte <= 127) return',
    test: [records, 'timestamps of records are exact beside one that is the largest number, as the base or not'],
  },
  {
    name: 'absurd base taken for an exact one',
    file: 'src/kafka/protocol/records.ts',
    find: 'Number.isSafeInteger(baseTimestamp) ? 127 : -1',
    replace: '127',
    test: [records, 'timestamps of records are exact beside one that is 2^53 + 1, as the base or not'],
  },
  {
    name: 'sum of timestamps not of 64 bits',
    file: 'src/kafka/protocol/records.ts',
    find: 'Number(BigInt.asIntN(64, base + ((bits >> 1n) ^ -(bits & 1n))))',
    replace: 'Number(base + ((bits >> 1n) ^ -(bits & 1n)))',
    test: [records, 'timestamps of records are exact beside one that is the smallest number, as the base or not'],
  },
  {
    name: 'varint without an end taken',
    file: 'src/kafka/protocol/records.ts',
    find: 'if (unended > 127) throw',
    replace: 'if (unended > 255) throw',
    test: [
      records,
      'lengths and offsets of records are refused where a varint has more than five bytes (offset delta)',
    ],
  },
  {
    name: 'second frame not read',
    file: 'src/kafka/protocol/frames.ts',
    find: '    at += end\n',
    replace: '    at = bytes.length\n',
    test: [compression, "'zstd two frames' is read as it was written"],
  },
  {
    name: 'skipped frame read',
    file: 'src/kafka/protocol/frames.ts',
    find: 'if (rest.readUInt32LE(0) >>> 4 === SKIPPED_MAGIC) {',
    replace: 'if (rest.readUInt32LE(0) === SKIPPED_MAGIC) {',
    test: [compression, "'lz4 skipped and empty frames' is read as it was written"],
  },
  {
    name: 'frames not counted together',
    file: 'src/kafka/protocol/frames.ts',
    find: 'check(length + bound)',
    replace: 'check(bound)',
    test: [compression, "many frames in one batch are refused before they are in memory ('zstd two frames')"],
  },
  {
    name: 'second snappy stream taken for a block',
    file: 'src/kafka/protocol/snappy.ts',
    find: '    if (isHeader(at)) {',
    replace: '    if (at === 0) {',
    test: [compression, "'snappy xerial, two streams' is read as it was written"],
  },
  {
    name: 'gzip without a limit',
    file: 'src/kafka/protocol/compression.ts',
    find: 'gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize })',
    replace: 'gunzipSync(bytes, { maxOutputLength: 2 ** 30, chunkSize })',
    test: [compression, "'gzip two members' is refused where one byte less is allowed than it has"],
  },
  {
    name: 'damaged header believed',
    file: 'src/kafka/protocol/record-batch.ts',
    find: 'bytes.readInt32BE(at + 57) === lastOffsetDelta + 1',
    replace: 'bytes.readInt32BE(at + 57) >= 0',
    test: [
      batch,
      'the offset after a damaged batch is unknown where the header contradicts itself, or may have been compacted',
    ],
  },
  {
    name: 'ended session taken for a port without SASL',
    file: 'src/kafka/client/refusal.ts',
    find: " && reached === 'nothing') {\n    const message = `${address} does not ask",
    replace: ') {\n    const message = `${address} does not ask',
    test: [refusal, 'a broker that does not want credentials has ended a session where it took some before (answer)'],
  },
]
