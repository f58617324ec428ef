// Two variants: compared by JSON type and value.

import { Tag, type Value, type Variant } from '../../column.ts'
import { abbreviated, compareNumberTexts, decimalText, parseDecimal } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { trimAll } from '../../values/trim.ts'
import { jsonTypeName } from '../../values/variant-text.ts'
import { compareUtf8 } from './utf8.ts'

/** Different JSON types are a fault, and so are objects and arrays. */
export function compareVariants(a: Variant, b: Variant): number {
  const [typeA, typeB] = [jsonTypeName(a.tag), jsonTypeName(b.tag)]
  if (typeA !== typeB) throw new RowFault('E_TYPE', `a JSON ${typeA} cannot be compared with a JSON ${typeB}`)
  switch (a.tag) {
    case Tag.STRING:
      return compareUtf8(a.text, b.text)
    case Tag.NUMBER:
      return compareNumberTexts(a.text, b.text)
    case Tag.TRUE:
    case Tag.FALSE:
      return Number(a.tag === Tag.TRUE) - Number(b.tag === Tag.TRUE)
  }
  throw new RowFault('E_TYPE', `JSON ${typeA}s cannot be compared; cast them to string`)
}

/** A variant that is read as a number against a bigint or the unscaled value of a decimal; exact, whatever its size. */
export function variantNumberOrder(scale: number): (variant: Value, number: Value) => number {
  return (variant, number) => compareNumberTexts(numberText(variant as Variant), decimalText(number as bigint, scale))
}

/** As the cast to a number reads it. */
function numberText({ tag, text }: Variant): string {
  switch (tag) {
    case Tag.NUMBER:
      return text
    case Tag.TRUE:
    case Tag.FALSE:
      return tag === Tag.TRUE ? '1' : '0'
    case Tag.STRING: {
      const trimmed = trimAll(text)
      if (parseDecimal(trimmed) !== undefined) return trimmed
    }
  }
  const what = tag === Tag.STRING ? JSON.stringify(abbreviated(text)) : `A JSON ${jsonTypeName(tag)}`
  throw new RowFault('E_CAST', `${what} is no number`)
}
