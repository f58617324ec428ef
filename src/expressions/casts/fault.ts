// The fault of a value that a type does not hold.

import type { DataType } from '../../types.ts'
import { typeName } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'

const SHOWN = 60

export function castFault(value: string | number | bigint | boolean, type: DataType): RowFault {
  return new RowFault('E_CAST', `${shown(value)} cannot be cast to ${typeName(type)}`)
}

export function rangeFault(value: string | number | bigint, type: DataType): RowFault {
  return new RowFault('E_OVERFLOW', `${value} is out of range for ${typeName(type)}`)
}

function shown(value: string | number | bigint | boolean): string {
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value)
}
