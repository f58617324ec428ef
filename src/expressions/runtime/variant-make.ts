// Variants as parse_json makes them: without blanks, members in the order of their names, numbers as Spark's VARIANT has
// them. What a record's fields hold is left as the record has it.

import { Tag, type Variant } from '../../column.ts'
import { abbreviated } from '../../values/decimal.ts'
import { doubleText } from '../../values/java-number.ts'
import { RowFault } from '../../values/row-fault.ts'
import { compactJson, readJson, type WriteNumber } from './json-text.ts'

/** Null for JSON's null. Throws RowFault where the text is no JSON, or an object has a name twice. */
export function parseJson(text: string): Variant | null {
  const read = readJson(text)
  if (read === undefined)
    throw new RowFault(
      'E_CAST',
      `${JSON.stringify(abbreviated(text))} is no JSON`,
      'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION',
    )
  return normal(read)
}

/** The variant in its normal form. Throws RowFault where an object has a name twice. */
export function normal(variant: Variant | null): Variant | null {
  if (variant === null || variant.tag === Tag.STRING) return variant
  return { tag: variant.tag, text: compactJson(variant, { number: normalNumber, isSorted: true }) }
}

const DECIMAL_DIGITS = 38

/** A decimal of up to 38 digits without zeros at its end; what has an exponent is a double. Longer ones stay as they are. */
const normalNumber: WriteNumber = (text) => {
  const [, sign = '', whole = '', fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === '') return Number.isFinite(Number(text)) ? doubleText(Number(text)) : text
  if (whole.length + (fraction?.length ?? 0) > DECIMAL_DIGITS) return text
  const kept = fraction?.replace(/0+$/, '') ?? ''
  if (kept === '') return /^0+$/.test(whole) ? '0' : sign + whole
  return `${sign}${whole}.${kept}`
}
