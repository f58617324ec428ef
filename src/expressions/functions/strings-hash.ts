// Digests and hashes.

import { createHash } from 'node:crypto'
import type { Value } from '../../column.ts'
import { BIGINT, type DataType, INT, STRING, typeName } from '../../types.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import type { Scalar } from '../typed.ts'
import { crc32 } from './crc32.ts'
import { type Entry, named, type SyntaxFunction, strict } from './definition.ts'
import { hashOf, MURMUR3, XXHASH64 } from './hash-values.ts'
import { binary, int } from './parameters.ts'

/** Spark 4.3, whose functions these are. */
const VERSION = '4.3.0 98bc0212c94705434471627068f41e374ccab143'

export function hashFunctions(): readonly Entry[] {
  return [
    strict('md5', [binary], STRING, (bytes: Uint8Array) => digest('md5', bytes)),
    ...named(
      ['sha', 'sha1'],
      strict('sha1', [binary], STRING, (bytes: Uint8Array) => digest('sha1', bytes)),
    ),
    strict('sha2', [binary, int], STRING, sha2),
    strict('crc32', [binary], BIGINT, (bytes: Uint8Array) => BigInt(crc32(bytes))),
    [
      'hash',
      overValues(INT, (types) =>
        folded(
          types.map((type) => hashOf(MURMUR3, type)),
          SEED,
        ),
      ),
    ],
    [
      'xxhash64',
      overValues(BIGINT, (types) =>
        signed(
          folded(
            types.map((type) => hashOf(XXHASH64, type)),
            BigInt(SEED),
          ),
        ),
      ),
    ],
    strict('version', [], STRING, () => VERSION),
  ]
}

function digest(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

/** NULL where there is no digest of so many bits; 0 is 256. */
function sha2(bytes: Uint8Array, bits: number): string | null {
  if (![0, 224, 256, 384, 512].includes(bits)) return null
  return digest(`sha${bits === 0 ? 256 : bits}`, bytes)
}

const SEED = 42

type HashValue<Hash> = (value: Value, seed: Hash) => Hash

function folded<Hash>(parts: readonly HashValue<Hash>[], seed: Hash): (values: readonly Value[]) => Hash {
  return (values) => parts.reduce((hash, part, i) => part(values[i] ?? null, hash), seed)
}

function signed(hash: (values: readonly Value[]) => bigint): (values: readonly Value[]) => bigint {
  return (values) => BigInt.asIntN(64, hash(values))
}

function overValues(
  type: DataType,
  make: (types: readonly DataType[]) => (values: readonly Value[]) => Value,
): SyntaxFunction {
  return {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    analyse(call, context) {
      const args = call.args.map((arg) => operand(arg, context))
      for (const { node, syntax } of args)
        if (hasNoHash(node.type))
          throw mismatch(`${call.name} takes no ${typeName(node.type)}`, syntax, 'CAST it to string')
      const hash = make(args.map(({ node }) => node.type))
      const scalar: Scalar = { name: call.name, nulls: 'called', total: true, apply: (...values) => hash(values) }
      return scalarNode(
        scalar,
        args.map(({ node }) => node),
        type,
      )
    },
  }
}

/** Maps that are equal may have their entries in any order; so have objects of JSON. */
function hasNoHash(type: DataType): boolean {
  switch (type.kind) {
    case 'map':
    case 'variant':
      return true
    case 'array':
      return hasNoHash(type.element)
    case 'struct':
      return type.fields.some((field) => hasNoHash(field.type))
    default:
      return false
  }
}
