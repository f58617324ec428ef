// to_number, to_char and their kin.

import type { Value } from '../../column.ts'
import { BINARY, type DataType, STRING } from '../../types.ts'
import { decimalText } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { bytesToText } from '../../values/utf8.ts'
import { castArgument } from '../analysis/argument.ts'
import { scalarNode } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import { literal, type Node } from '../typed.ts'
import { base64 } from './base64.ts'
import { bufferOf } from './buffer.ts'
import type { Entry, Resolved, SyntaxFunction } from './definition.ts'
import { numberFormat } from './number-format.ts'
import { decimal, text } from './parameters.ts'
import { toChar } from './to-char.ts'
import { toNumber } from './to-number.ts'

export function numberTextFunctions(): readonly Entry[] {
  return [
    toNumberEntry('to_number', (value, format) => {
      const shown = JSON.stringify(value.slice(0, 100))
      throw new RowFault('E_CAST', `${shown} has not the format ${format}`, 'INVALID_FORMAT.MISMATCH_INPUT')
    }),
    toNumberEntry('try_to_number', () => null),
    ['to_char', toCharacter],
    ['to_varchar', toCharacter],
  ]
}

const MAX_PRECISION = 38

function toNumberEntry(name: string, otherwise: (value: string, format: string) => null): Entry {
  const resolve = ([, by]: readonly Node[]): Resolved | Node => {
    const written = formatOf(by as Node, name)
    if (written === null) return literal(null, { kind: 'decimal', precision: 10, scale: 0 })
    const format = numberFormat(written)
    const { precision, scale } = format
    if (precision > MAX_PRECISION)
      throw new RowFault(
        'E_TYPE',
        `a number format has at most ${MAX_PRECISION} digits, not ${precision}`,
        'DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION',
      )
    const apply = (value: Value) => toNumber(value as string, format) ?? otherwise(value as string, format.text)
    return { type: { kind: 'decimal', precision, scale }, scalar: { name, nulls: 'strict', apply } }
  }
  return [name, { parameters: [text, text], resolve }]
}

/** The format is known before the first row. */
function formatOf(node: Node, name: string): string | null {
  if (node.kind !== 'literal')
    throw new RowFault('E_TYPE', `the format of ${name} must be a literal`, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT')
  return node.value as string | null
}

/** to_char(number, format), to_char(bytes, 'base64' | 'hex' | 'utf-8'), and date_format for dates and timestamps. */
const toCharacter: SyntaxFunction = {
  least: 2,
  most: 2,
  analyse(call, context) {
    const [value, by] = call.args.map((arg) => operand(arg, context)) as [
      ReturnType<typeof operand>,
      ReturnType<typeof operand>,
    ]
    const { kind } = value.node.type
    if (kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz')
      return context.analyse({ ...call, name: 'date_format' }, context)
    const written = formatOf(castArgument(by, text, context, call.name), call.name)
    const isBinary = kind === BINARY.kind
    const node = isBinary ? value.node : castArgument(value, decimal, context, call.name)
    const apply = isBinary ? bytesWriter(written, call.name) : numberWriter(written, node.type)
    if (apply === null) return literal(null, STRING)
    return scalarNode({ name: call.name, nulls: 'strict', apply }, [node], STRING)
  },
}

type Write = (value: Value) => string

function numberWriter(written: string | null, type: DataType): Write | null {
  if (written === null || type.kind !== 'decimal') return null
  const format = numberFormat(written)
  return (value) => toChar(decimalText(value as bigint, type.scale), format)
}

const BYTES: ReadonlyMap<string, (bytes: Uint8Array) => string> = new Map([
  ['base64', base64],
  ['hex', (bytes) => bufferOf(bytes).toString('hex').toUpperCase()],
  ['utf-8', bytesToText],
])

function bytesWriter(written: string | null, name: string): Write | null {
  if (written === null) return null
  const write = BYTES.get(written.toLowerCase())
  if (write === undefined)
    throw new RowFault(
      'E_TYPE',
      `${name} of bytes knows the formats base64, hex and utf-8, not ${JSON.stringify(written.slice(0, 30))}`,
      'INVALID_PARAMETER_VALUE.BINARY_FORMAT',
    )
  return (value) => write(value as Uint8Array)
}
