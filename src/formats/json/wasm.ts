// The compiled WebAssembly scanner, made of assembly/ by scripts/wasm.mjs and kept beside this file or the bundle.

import { readFileSync } from 'node:fs'
import { compileModule, type WasmModule } from './wasm-memory.ts'

const file = new URL('json-scanner.wasm', import.meta.url)

let scanner: WasmModule | null | undefined

/** Compiled at the first call. Null where it cannot be: without WebAssembly SIMD, or without the file. */
export function wasmScanner(): WasmModule | null {
  if (scanner === undefined) scanner = loadScanner(file)
  return scanner
}

export function loadScanner(from: URL): WasmModule | null {
  try {
    return compileModule(readFileSync(from))
  } catch {
    return null
  }
}
