// The fault of a value that a type does not hold.

import type { DataType } from '../../types.ts'
import { typeName } from '../../types.ts'
import { abbreviated } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'

export function castFault(value: string | number | bigint | boolean, type: DataType): RowFault {
  return new RowFault('E_CAST', `${shown(value)} cannot be cast to ${typeName(type)}`)
}

export function rangeFault(value: string | number | bigint, type: DataType): RowFault {
  return new RowFault('E_OVERFLOW', `${abbreviated(String(value))} is out of range for ${typeName(type)}`)
}

/** Of a time that a number of microseconds does not hold exactly; `value` as it was given. */
export function timeFault(value: string | number | bigint, type: DataType): RowFault {
  return new RowFault(
    'E_OVERFLOW',
    `${abbreviated(String(value))} is out of range for ${typeName(type)}: the years 1685 to 2255`,
  )
}

function shown(value: string | number | bigint | boolean): string {
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(abbreviated(value))
}
