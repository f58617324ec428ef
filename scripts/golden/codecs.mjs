// @ts-check
// Compresses one text in every form that a codec's format allows, with the codecs' own tools, and stores what they wrote:
// test/kafka/protocol/codecs.json.
//
//   node scripts/golden/codecs.mjs      needs gzip, lz4, zstd, Java 17 and Kafka's jars

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { kafkaJars } from '../kafka/jars.mjs'

const file = fileURLToPath(new URL('../../test/kafka/protocol/codecs.json', import.meta.url))
const java = fileURLToPath(new URL('CodecStreams.java', import.meta.url))
const jars = await kafkaJars((text) => process.stderr.write(`${text}\n`))

/** More than two LZ4 blocks of 64 kB and more than one of zstd's 128 kB. */
const text = Buffer.from(
  Array.from({ length: 4000 }, (_, i) => `{"n":${i % 50},"city":"${'Berlin São Paulo'.slice(i % 9)}"}\n`).join(''),
)
const [first, second] = [text.subarray(0, 70_001), text.subarray(70_001)]
/** Of both formats: a magic number, a length, and what nobody needs. */
const skipped = Buffer.from('502a4d1803000000616263', 'hex')

/** @param {string} program @param {readonly string[]} args @param {Buffer} input */
function run(program, args, input) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 1 << 26 })
  if (status !== 0) throw error ?? new Error(`${program}: ${stderr}`)
  return stdout
}

/** @param {readonly string[]} args @param {Buffer} [input] */
const gzip = (args, input = text) => run('gzip', ['-c', ...args], input)
/** @param {readonly string[]} args @param {Buffer} [input] */
const lz4 = (args, input = text) => run('lz4', ['-c', '-z', '-9', ...args], input)
/** @param {readonly string[]} args @param {Buffer} [input] */
const zstd = (args, input = text) => run('zstd', ['-c', ...args], input)
/** @param {string} how */
const javaTool = (how) => run('java', ['-cp', `${jars}/*`, java, how], text)

/** @type {Record<string, Buffer>} */
const written = {
  'gzip one member': gzip(['-9']),
  'gzip fastest': gzip(['-1']),
  'gzip two members': Buffer.concat([gzip([], first), gzip([], second)]),
  'gzip an empty member between': Buffer.concat([gzip([], first), gzip([], Buffer.alloc(0)), gzip([], second)]),
  'snappy raw': javaTool('snappy-raw'),
  'snappy xerial, many blocks': javaTool('snappy-xerial'),
  'snappy xerial, two streams': javaTool('snappy-two'),
  'lz4 as Kafka writes it': javaTool('lz4-kafka'),
  'lz4 independent blocks': lz4(['-BI', '-B4']),
  'lz4 linked blocks': lz4(['-BD', '-B4']),
  'lz4 block checksums': lz4(['-BX', '-B4']),
  'lz4 linked blocks with checksums': lz4(['-BD', '-BX', '-B4']),
  'lz4 no content checksum': lz4(['--no-frame-crc']),
  'lz4 largest blocks': lz4(['-B7']),
  'lz4 two frames': Buffer.concat([lz4([], first), lz4(['-BD', '-B4'], second)]),
  'lz4 skipped and empty frames': Buffer.concat([
    skipped,
    lz4([], first),
    lz4([], Buffer.alloc(0)),
    skipped,
    lz4([], second),
  ]),
  'zstd no content size': zstd([]),
  'zstd no checksum': zstd(['--no-check']),
  'zstd smallest blocks': zstd(['-1', '--target-compressed-block-size=1340']),
  'zstd highest': zstd(['-19']),
  'zstd long window': zstd(['--long=27']),
  'zstd content size': zstd([`--stream-size=${text.length}`]),
  'zstd two frames': Buffer.concat([zstd([], first), zstd([], second)]),
  'zstd skipped and empty frames': Buffer.concat([
    skipped,
    zstd([], first),
    zstd([], Buffer.alloc(0)),
    zstd([], second),
    skipped,
  ]),
}
// The content size of lz4 needs a file: the tool knows none of a pipe.
const folder = mkdtempSync(join(tmpdir(), 'sprk-codecs-'))
writeFileSync(join(folder, 'text'), text)
written['lz4 content size'] = run('lz4', ['-c', '-z', '--content-size', join(folder, 'text')], Buffer.alloc(0))
rmSync(folder, { recursive: true })

const content = {
  length: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
  compressed: Object.fromEntries(Object.entries(written).map(([name, bytes]) => [name, bytes.toString('base64')])),
}
writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
