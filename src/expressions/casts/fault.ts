// The fault of a value that a type does not hold.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { typeName } from '../../types.ts'
import { abbreviated } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'

const CAST_OVERFLOW = 'CAST_OVERFLOW'

export function castFault(value: string | number | bigint | boolean, type: DataType): RowFault {
  return new RowFault('E_CAST', `${shown(value)} cannot be cast to ${typeName(type)}`)
}

export function rangeFault(value: string | number | bigint, type: DataType): RowFault {
  return new RowFault(
    'E_OVERFLOW',
    `${abbreviated(String(value))} is out of range for ${typeName(type)}`,
    CAST_OVERFLOW,
  )
}

/** Of a number that no decimal type holds. */
export function digitsFault(text: string, type: DataType): RowFault {
  return new RowFault(
    'E_OVERFLOW',
    `${abbreviated(text)} does not fit ${typeName(type)}`,
    'NUMERIC_OUT_OF_SUPPORTED_RANGE',
  )
}

/** Of a time that a number of microseconds does not hold exactly; `value` as it was given. */
export function timeFault(value: string | number | bigint, type: DataType): RowFault {
  return new RowFault(
    'E_OVERFLOW',
    `${abbreviated(String(value))} is out of range for ${typeName(type)}: the years 1685 to 2255`,
    CAST_OVERFLOW,
  )
}

const VARIANT_CAST = 'INVALID_VARIANT_CAST'

/** `convert` with its faults under the condition of a variant's cast, whose parts are read as other types are. */
export function variantFaults(convert: (value: Value) => Value): (value: Value) => Value {
  return (value) => {
    try {
      return convert(value)
    } catch (fault) {
      if (!(fault instanceof RowFault) || fault.reject.condition === VARIANT_CAST) throw fault
      throw new RowFault(fault.reject.code, fault.reject.message, VARIANT_CAST)
    }
  }
}

function shown(value: string | number | bigint | boolean): string {
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(abbreviated(value))
}
