// The JSON scanner in WebAssembly: what src/formats/json/wasm.ts calls.

export { clearDictionary, createDictionary, intern, releaseDictionary } from './dictionary'
export { allocate, release } from './memory'
export { scan } from './scan'
