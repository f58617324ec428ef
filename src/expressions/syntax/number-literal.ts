// Number literals with Spark's types: 1 int, 10000000000 bigint, 1.5 decimal, 1e3 double, and the suffixes.

import { BIGINT, type DataType, DOUBLE, FLOAT, INT, SMALLINT, TINYINT } from '../../types.ts'
import { ExpressionError } from '../error.ts'
import type { Span, SyntaxKind } from './tree.ts'

export function numberLiteral(text: string, at: Span): SyntaxKind {
  const [, digits, suffix] = /^(.*?)(BD|[LSYDF])?$/i.exec(text) as unknown as [string, string, string | undefined]
  switch (suffix?.toUpperCase()) {
    case 'L':
      return integer(digits, BIGINT, 64, at)
    case 'S':
      return integer(digits, SMALLINT, 16, at)
    case 'Y':
      return integer(digits, TINYINT, 8, at)
    case 'D':
      return finite(Number(digits), DOUBLE, text, at)
    case 'F':
      return finite(Math.fround(Number(digits)), FLOAT, text, at)
    case 'BD':
      return decimal(digits, at)
  }
  if (/e/i.test(digits)) return finite(Number(digits), DOUBLE, text, at)
  if (digits.includes('.')) return decimal(digits, at)
  const value = BigInt(digits)
  if (value === BigInt.asIntN(32, value)) return { kind: 'literal', type: INT, value: Number(value) }
  if (value === BigInt.asIntN(64, value)) return { kind: 'literal', type: BIGINT, value }
  return decimal(digits, at)
}

function integer(digits: string, type: DataType, bits: number, at: Span): SyntaxKind {
  if (!/^-?\d+$/.test(digits)) throw new ExpressionError('E_SYNTAX', `${digits} is not a whole number`, at)
  const value = BigInt(digits)
  if (value !== BigInt.asIntN(bits, value)) throw outOfRange(digits, type.kind, at)
  return { kind: 'literal', type, value: type.kind === 'bigint' ? value : Number(value) }
}

function finite(value: number, type: DataType, text: string, at: Span): SyntaxKind {
  if (!Number.isFinite(value)) throw outOfRange(text, type.kind, at)
  return { kind: 'literal', type, value }
}

/** Precision and scale as `java.math.BigDecimal` counts them, the scale never negative. */
function decimal(digits: string, at: Span): SyntaxKind {
  const match = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(digits)
  if (match === null) throw new ExpressionError('E_SYNTAX', `${digits} is not a number`, at)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const shift = Number(exponent)
  if (Math.abs(shift) > 100) throw outOfRange(digits, 'decimal', at)
  const scale = Math.max(0, fraction.length - shift)
  const unscaled = BigInt(`${whole}${fraction}` || '0') * 10n ** BigInt(Math.max(0, shift - fraction.length))
  const precision = Math.max(unscaled.toString().length, scale)
  if (precision > 38) throw outOfRange(digits, 'decimal(38)', at)
  return { kind: 'literal', type: { kind: 'decimal', precision, scale }, value: sign === '-' ? -unscaled : unscaled }
}

function outOfRange(text: string, type: string, at: Span): ExpressionError {
  return new ExpressionError('E_TYPE', `${text} is out of range for ${type}`, at)
}
