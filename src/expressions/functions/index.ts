// The library functions, by name.

import { BINARY_FUNCTIONS } from './binary.ts'
import type { FunctionDefinition } from './definition.ts'
import { STRING_FUNCTIONS } from './strings.ts'

export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map([...STRING_FUNCTIONS, ...BINARY_FUNCTIONS])
