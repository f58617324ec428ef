// Mutants of what the JSON scanners refuse, and of what they keep.

const scan = 'assembly/scan.ts'
const unusual = ['test/formats/json/wasm.test.ts', 'the scanner of WebAssembly leaves to JavaScript what is unusual']

/** @type {readonly import('./run.mjs').Mutant[]} */
export const formatMutants = [
  {
    name: 'the scanner of WebAssembly takes a record with something behind its object',
    file: scan,
    find: 'after !== 0 && skipSpace(after) === end',
    replace: 'after !== 0',
    test: unusual,
  },
  {
    name: 'the scanner of WebAssembly does not check UTF-8',
    file: scan,
    find: 'if (!isPlain && !isUtf8(start, end)) return false',
    replace: '',
    test: unusual,
  },
  {
    name: 'the scanner of WebAssembly takes lone surrogates',
    file: scan,
    find: '|| hasLoneSurrogate(start, p)',
    replace: '',
    test: unusual,
  },
  {
    name: 'the scanner of WebAssembly takes escaped keys for others',
    file: scan,
    find: '      if (load<u8>(p) !== QUOTE) return 0\n      child = ',
    replace: '      p = skipString(p) - 1\n      child = ',
    test: unusual,
  },
  {
    name: 'the scanner of WebAssembly has no bound for nesting',
    file: 'assembly/value.ts',
    find: 'if (depth === MAX_DEPTH) return 0',
    replace: '',
    test: unusual,
  },
  {
    name: 'a key is taken for the expected one by its first bytes',
    file: scan,
    find: '(equal & mask) === mask',
    replace: '(equal & 3) === 3',
    test: [
      'test/formats/json/wasm.test.ts',
      'the scanner of WebAssembly reads objects whose keys change from record to record',
    ],
  },
  {
    name: 'fields keep their columns when the memory of WebAssembly has moved',
    file: 'src/formats/json/wasm-memory.ts',
    find: '    this.onGrowth()\n',
    replace: '',
    test: [
      'test/formats/json/wasm.test.ts',
      'the scanner of WebAssembly keeps what it has read when its memory grows within a chunk',
    ],
  },
  {
    name: 'a new generation of a dictionary takes the texts of the old one',
    file: 'src/formats/json/wasm-field.ts',
    find: '    this.#dictionary?.retire()\n    if',
    replace: '    if',
    test: [
      'test/formats/json/field.test.ts',
      'the dictionary of a JSON field, by WebAssembly, begins a new generation when it is full; the old one keeps its texts',
    ],
  },
]
