// schema_of_variant: the types that JSON values have.

import { Tag, type Variant } from '../../column.ts'
import { parseDecimal } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { eachItem, eachMember, variantOf } from './json-access.ts'
import { fieldName } from './json-schema.ts'

type Kind =
  | 'VOID'
  | 'BOOLEAN'
  | 'STRING'
  | 'BIGINT'
  | 'DOUBLE'
  | 'VARIANT'
  | { readonly precision: number; readonly scale: number }
  | { readonly element: Kind }
  | { readonly fields: ReadonlyMap<string, Kind> }

/** As Spark writes it: `OBJECT<a: ARRAY<BIGINT>>`. */
export function schemaOfVariant(variant: Variant | null): string {
  return kindText(kindOf(variant))
}

function kindOf(variant: Variant | null, depth = 0): Kind {
  if (depth > MAX_DEPTH) throw new RowFault('E_OVERFLOW', `the JSON is nested more than ${MAX_DEPTH} deep`)
  if (variant === null) return 'VOID'
  switch (variant.tag) {
    case Tag.STRING:
      return 'STRING'
    case Tag.TRUE:
    case Tag.FALSE:
      return 'BOOLEAN'
    case Tag.NUMBER:
      return numberKind(variant.text)
    case Tag.ARRAY: {
      let element: Kind | undefined
      eachItem(variant.text, (item) => {
        const kind = kindOf(variantOf(item), depth + 1)
        element = element === undefined ? kind : merged(element, kind)
      })
      return { element: element ?? 'VOID' }
    }
    case Tag.OBJECT: {
      const fields: [string, Kind][] = []
      eachMember(variant.text, (key, item) => fields.push([key, kindOf(variantOf(item), depth + 1)]))
      return { fields: new Map(fields.sort(byName)) }
    }
    default:
      return 'VOID'
  }
}

function byName([a]: readonly [string, Kind], [b]: readonly [string, Kind]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Each level is read again for those above it. */
const MAX_DEPTH = 100
const DECIMAL_DIGITS = 38

/** A decimal has the digits that it needs. */
function numberKind(text: string): Kind {
  // A decimal of parse_json has no zero at its end.
  const parsed = /[eE]|\.0$/.test(text) ? undefined : parseDecimal(text)
  if (parsed === undefined) return 'DOUBLE'
  const { unscaled, scale } = parsed
  if (scale === 0 && unscaled === BigInt.asIntN(64, unscaled)) return 'BIGINT'
  const digits = String(unscaled < 0n ? -unscaled : unscaled).length
  return digits > DECIMAL_DIGITS || scale > DECIMAL_DIGITS ? 'DOUBLE' : { precision: Math.max(digits, scale), scale }
}

/** The type of an array's elements; what has nothing in common is VARIANT (Spark's `SchemaOfVariant.mergeSchema`). */
function merged(a: Kind, b: Kind): Kind {
  if (a === 'VOID') return b
  if (b === 'VOID') return a
  if (typeof a === 'object' && typeof b === 'object') {
    if ('element' in a && 'element' in b) return { element: merged(a.element, b.element) }
    if ('fields' in a && 'fields' in b) return { fields: mergedFields(a.fields, b.fields) }
  }
  const [x, y] = [decimalOf(a), decimalOf(b)]
  if (x !== undefined && y !== undefined) {
    if (a === b) return a
    const scale = Math.max(x.scale, y.scale)
    const precision = Math.max(x.precision - x.scale, y.precision - y.scale) + scale
    return precision > DECIMAL_DIGITS ? 'DOUBLE' : { precision, scale }
  }
  const isNumber = (kind: Kind) => kind === 'DOUBLE' || decimalOf(kind) !== undefined
  if (isNumber(a) && isNumber(b)) return 'DOUBLE'
  return a === b ? a : 'VARIANT'
}

const BIGINT_DIGITS = 20

function decimalOf(kind: Kind): { readonly precision: number; readonly scale: number } | undefined {
  if (kind === 'BIGINT') return { precision: BIGINT_DIGITS, scale: 0 }
  return typeof kind === 'object' && 'precision' in kind ? kind : undefined
}

function mergedFields(a: ReadonlyMap<string, Kind>, b: ReadonlyMap<string, Kind>): ReadonlyMap<string, Kind> {
  const all = new Map(a)
  for (const [name, kind] of b) {
    const known = all.get(name)
    all.set(name, known === undefined ? kind : merged(known, kind))
  }
  return new Map([...all].sort(byName))
}

function kindText(kind: Kind): string {
  if (typeof kind === 'string') return kind
  if ('precision' in kind) return `DECIMAL(${kind.precision},${kind.scale})`
  if ('element' in kind) return `ARRAY<${kindText(kind.element)}>`
  const fields = [...kind.fields].map(([name, type]) => `${fieldName(name)}: ${kindText(type)}`)
  return `OBJECT<${fields.join(', ')}>`
}
