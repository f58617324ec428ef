// The compiled WebAssembly scanner, made of assembly/ by scripts/wasm.mjs and kept beside this file or the bundle.

import { readFileSync } from 'node:fs'
import { compileModule, type WasmModule } from './wasm-memory.ts'

let compiled: WasmModule | null | undefined

/** Compiles it at the first call. Null where this Node.js has no WebAssembly SIMD, or the file is missing. */
export function wasmScanner(): WasmModule | null {
  if (compiled === undefined) compiled = compile()
  return compiled
}

function compile(): WasmModule | null {
  try {
    return compileModule(readFileSync(new URL('json-scanner.wasm', import.meta.url)))
  } catch {
    return null
  }
}
