// The memory of one instance of the WebAssembly scanner, as JavaScript sees it.

/** What is used of the global WebAssembly, whose types TypeScript has among those of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown }
}

export interface WasmModule {
  readonly [compiled: symbol]: never
}

/** Throws what WebAssembly throws, where it is missing or is an older one too. */
export function compileModule(bytes: Uint8Array): WasmModule {
  return new WebAssembly.Module(bytes)
}

/** What assembly/index.ts exports. Addresses and sizes are numbers of bytes. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** 0 where memory cannot grow. */
  allocate(bytes: number): number
  release(block: number, bytes: number): void
  /** 0 where memory cannot grow. */
  createDictionary(): number
  clearDictionary(dictionary: number): void
  releaseDictionary(dictionary: number): void
  intern(dictionary: number, start: number, length: number): number
  scan(root: number, starts: number, ends: number, base: number, from: number, until: number): number
}

/**
 * Wraps what may let memory grow: its old views are then empty, `bytes` and `words` are new ones, and `onGrowth` is
 * called, for those who keep views of their own.
 */
export class WasmMemory {
  bytes: Buffer
  words: Int32Array
  onGrowth = () => {}
  readonly #exports: Exports

  constructor(module: WasmModule) {
    this.#exports = new WebAssembly.Instance(module).exports as Exports
    const { buffer } = this.#exports.memory
    this.bytes = Buffer.from(buffer)
    this.words = new Int32Array(buffer)
  }

  /** The address of a new block of undefined content. Throws RangeError where memory cannot grow. */
  allocate(bytes: number): number {
    return this.#address(this.#exports.allocate(bytes))
  }

  release(block: number, bytes: number): void {
    this.#exports.release(block, bytes)
  }

  /** The address of an empty dictionary. Throws RangeError where memory cannot grow. */
  createDictionary(): number {
    return this.#address(this.#exports.createDictionary())
  }

  clearDictionary(dictionary: number): void {
    this.#exports.clearDictionary(dictionary)
  }

  releaseDictionary(dictionary: number): void {
    this.#exports.releaseDictionary(dictionary)
  }

  /** See assembly/dictionary.ts. */
  intern(dictionary: number, start: number, length: number): number {
    const id = this.#exports.intern(dictionary, start, length)
    this.#look()
    return id
  }

  /** See assembly/scan.ts. */
  scan(root: number, starts: number, ends: number, base: number, from: number, until: number): number {
    const row = this.#exports.scan(root, starts, ends, base, from, until)
    this.#look()
    return row
  }

  #address(block: number): number {
    this.#look()
    // Addresses above 2 GiB come as negative numbers.
    if (block === 0) throw new RangeError('the memory of the JSON scanner cannot grow')
    return block >>> 0
  }

  #look(): void {
    const { buffer } = this.#exports.memory
    if (buffer === this.words.buffer) return
    this.bytes = Buffer.from(buffer)
    this.words = new Int32Array(buffer)
    this.onGrowth()
  }
}
