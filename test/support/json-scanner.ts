// The JSON scanners under test.

import { freshScanner } from '../../scripts/wasm.mjs'
import { compileModule } from '../../src/formats/json/wasm-memory.ts'

/** Of assembly/ as it is now, whatever the last build left. */
const compiled = compileModule(await freshScanner())

export const wasm = () => compiled
export const javascript = () => null

/** By name, what `jsonFormat` takes. */
export const scanners = [
  ['WebAssembly', wasm],
  ['JavaScript', javascript],
] as const
