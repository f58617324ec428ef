// How a variant is read where its expression wants a number but nobody wrote a cast.

import { Tag, type Value, type Variant } from '../../column.ts'
import { type DataType, typeName, VARIANT } from '../../types.ts'
import { abbreviated, parseDecimal } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import type { Zone } from '../../values/zone.ts'
import { isIntegral } from '../analysis/numeric.ts'
import type { Scalar } from '../typed.ts'
import { converter } from './cast.ts'
import { variantFaults } from './fault.ts'
import { castReaders, spanKernel } from './span-kernel.ts'

/** A cast that fails where it would lose an integer's digits (double) or a fraction (integers). */
export function implicitVariantScalar(to: DataType, zone: Zone): Scalar {
  const convert = converter(VARIANT, to, zone)
  if (convert === undefined) throw new Error(`no cast of a variant to ${typeName(to)}`)
  const name = `cast to ${typeName(to)}`
  const apply = variantFaults((value) => {
    if (to.kind === 'double' || to.kind === 'float') return exactDouble(value as Variant, convert(value) as number)
    return convert(isIntegral(to) ? refuseFraction(value as Variant, to) : value)
  })
  // What the reader takes has fewer than 16 digits, and for an integer no fraction.
  const kernel = spanKernel(to, castReaders(to, zone, false), apply)
  const scalar: Scalar = { name, nulls: 'strict', apply: (value = null) => apply(value) }
  return kernel === undefined ? scalar : { ...scalar, kernel }
}

/** 2^53: the integers below it are doubles, one and all. */
const EXACT = 2 ** 53

function exactDouble(variant: Variant, number: number): Value {
  if (variant.tag === Tag.NUMBER && Math.abs(number) >= EXACT && /^-?\d+$/.test(variant.text)) {
    if (Math.abs(number) > EXACT || BigInt(variant.text) !== BigInt(number))
      throw new RowFault(
        'E_OVERFLOW',
        `the integer ${abbreviated(variant.text)} is above 2^53 and would lose digits as a double; cast it to bigint or decimal`,
      )
  }
  return number
}

function refuseFraction({ tag, text }: Variant, to: DataType): Variant {
  const variant = { tag, text }
  if (tag !== Tag.NUMBER) return variant
  const parsed = parseDecimal(text)
  if (parsed !== undefined && parsed.unscaled % 10n ** BigInt(parsed.scale) !== 0n)
    throw new RowFault('E_CAST', `${abbreviated(text)} is not a whole number and cannot be read as ${typeName(to)}`)
  return variant
}
