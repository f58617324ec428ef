// Who may import whom in src/. imports.ts checks it; a new file or folder of src/ gets its line here.
//
// A place is a folder of src/, a part of a folder (`kafka/protocol`), a file, or one of the groups `words`, `contracts`
// and `kind`. Every file may import the other files of its own place.

/** Words that everything shares. They import nothing but each other. Files of src/ itself. */
const words = [
  'clock',
  'column',
  'duration',
  'errors',
  'kept-bytes',
  'log',
  'metadata',
  'notice',
  'options',
  'partition-map',
  'progress',
  'record',
  'scope',
  'spec',
  'types',
  'words',
]

/** What the loop, the plan and the kinds promise each other. Files of src/ itself. */
const contracts = ['block', 'checkpoint', 'format', 'mirror', 'sink', 'source', 'transform']

/** The contract of a kind's options, which config/ reads too; one of the contracts. Files of src/ itself. */
const kind = ['kind']

/** Folders of kinds. A family never imports another; cli/kinds.ts alone knows their members. */
const families = ['formats', 'sinks', 'sources', 'transforms']

/** Group → its files. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  words: words.map((name) => `${name}.ts`),
  contracts: [...contracts, ...kind].map((name) => `${name}.ts`),
  kind: kind.map((name) => `${name}.ts`),
}

/** Place → the places that it may import. A file's line adds to what its folder may. `../` are files outside of src/. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  words: [],
  contracts: ['words'],
  values: ['words'],
  expressions: ['words', 'values'],
  'kafka/protocol': ['words'],
  'kafka/client': ['words', 'kafka/protocol'],
  'kafka/group': ['words', 'kafka/client', 'kafka/protocol'],
  'kafka/reading': ['words', 'kafka/client', 'kafka/protocol'],
  config: ['words', 'kind'],
  reporters: ['words'],
  checkpoint: ['words', 'contracts'],
  plan: ['words', 'contracts', 'expressions', 'values'],
  formats: ['words', 'contracts', 'expressions', 'values'],
  sinks: ['words', 'contracts', 'expressions', 'values'],
  sources: ['words', 'contracts', 'expressions', 'values', 'kafka'],
  transforms: ['words', 'contracts', 'expressions', 'values'],
  execution: ['words', 'contracts', 'plan'],
  'operations/evaluate.ts': ['expressions'],
  operations: ['words', 'contracts', 'values', 'plan', 'execution', 'checkpoint'],
  broker: ['words', 'kafka/protocol'],
  engine: ['words', 'contracts', 'plan'],
  web: ['words', 'contracts', 'plan', 'execution', 'operations', 'checkpoint'],
  cli: [
    'words',
    'contracts',
    'values',
    'expressions',
    'kafka',
    'config',
    'reporters',
    'checkpoint',
    'plan',
    'execution',
    'operations',
    'broker',
    'engine',
    'web',
  ],
  'cli/kinds.ts': families,
  'cli/pipeline-schema.ts': ['../pipeline.schema.json'],
  'cli/version.ts': ['../package.json'],
}

/** Folder → the only files of it that others import. `*.ts` are those that lie directly in it. */
export const entrances: Readonly<Record<string, string>> = {
  expressions: 'index.ts',
  ...Object.fromEntries(families.map((family) => [family, '*.ts'])),
}

/** Package of `dependencies` → the places that may import it. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  '@bokuweb/zstd-wasm': ['kafka/protocol'],
  '@node-rs/crc32': ['kafka/protocol'],
  'better-sqlite3': ['checkpoint'],
  chalk: ['cli', 'reporters'],
  commander: ['cli'],
  kafkajs: ['kafka/client'],
  'lz4-napi': ['kafka/protocol'],
  valibot: ['config', 'kind', 'options.ts', ...families],
  yaml: ['config'],
}

/** The same for `devDependencies`. The program does not load the file; a script does. */
export const devPackages: Readonly<Record<string, readonly string[]>> = {
  '@valibot/to-json-schema': ['config/json-schema.ts'],
}

/** Folders that see the surroundings. Everything else is given a clock, randomness and the environment. */
export const surroundings = ['cli', 'reporters', 'web']

/** Module of Node → the places that may import it; others are free. biome.jsonc restricts the globals of the same name. */
export const nodeModules: Readonly<Record<string, readonly string[]>> = {
  'node:console': surroundings,
  'node:perf_hooks': surroundings,
  'node:process': surroundings,
  // createRequire, for packages that most runs never need, and for SQLite's binding; source maps.
  'node:module': ['expressions', 'kafka/protocol', 'checkpoint', 'cli'],
}

/** Groups that import no module of Node at all. */
export const withoutNode = ['words', 'contracts']
