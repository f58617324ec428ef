// @ts-check
// Who may import whom in src/. `npm run biome-config` writes biome.json from it.

/** Words that everything shares; they import nothing else. Files of src/ itself. */
export const vocabulary = [
  'clock',
  'column',
  'did-you-mean',
  'duration',
  'errors',
  'notice',
  'progress',
  'record',
  'scope',
  'spec',
  'types',
]

/** What the loop, the plan and the implementations promise each other. Files of src/ itself. */
export const contracts = ['checkpoint', 'format', 'sink', 'source', 'transform']

/** What the specs of the kinds are made of; like the specs themselves it knows valibot. A file of src/ itself. */
export const specKit = ['spec-kit']

/** The families: src/cli/kinds.ts alone knows their members. */
export const implementations = ['formats', 'sinks', 'sources', 'transforms']

/**
 * Folder of src/ → what it may import beside its own files: `vocabulary`, `contracts`, `specKit`, or another folder (or
 * a part of it).
 *
 * @type {Record<string, string[]>}
 */
export const folders = {
  expressions: ['vocabulary'],
  kafka: ['vocabulary'],
  config: ['vocabulary', 'specKit'],
  reporters: ['vocabulary'],
  checkpoint: ['vocabulary', 'contracts'],
  plan: ['vocabulary', 'contracts', 'expressions'],
  formats: ['vocabulary', 'contracts', 'expressions'],
  sinks: ['vocabulary', 'contracts', 'expressions'],
  sources: ['vocabulary', 'contracts', 'expressions', 'kafka'],
  transforms: ['vocabulary', 'contracts', 'expressions'],
  execution: ['vocabulary', 'contracts', 'plan'],
  broker: ['vocabulary', 'kafka/protocol'],
  cli: [
    'vocabulary',
    'contracts',
    'specKit',
    'expressions',
    'kafka',
    'config',
    'reporters',
    'checkpoint',
    'plan',
    'execution',
    'broker',
  ],
}

/**
 * Files that may import more than the rest of their folder.
 *
 * @type {{files: string[], may: string[], packages: string[]}[]}
 */
export const exceptions = [
  { files: implementations.map((family) => `${family}/*-spec.ts`), may: ['specKit'], packages: ['valibot'] },
  { files: ['config/json-schema.ts'], may: [], packages: ['@valibot/to-json-schema'] },
  { files: ['cli/kinds.ts'], may: implementations, packages: [] },
  { files: ['cli/pipeline-schema.ts'], may: ['../pipeline.schema.json'], packages: [] },
  { files: ['cli/version.ts'], may: ['../package.json'], packages: [] },
]

/**
 * Package → the folders that may import it (and see the exceptions above). One that is not listed may be imported nowhere.
 *
 * @type {Record<string, string[]>}
 */
export const packages = {
  '@bokuweb/zstd-wasm': ['kafka'],
  '@node-rs/crc32': ['kafka'],
  'better-sqlite3': ['checkpoint'],
  commander: ['cli'],
  kafkajs: ['kafka'],
  'lz4-napi': ['kafka'],
  re2js: ['expressions'],
  valibot: ['config'],
  yaml: ['config'],
}

/** The folders that may see the surroundings; everything else is given a clock, randomness and the environment. */
export const surroundings = ['cli', 'reporters']

/** Modules of Node's that are ways around {@link restrictedGlobals}. */
export const restrictedModules = ['node:console', 'node:perf_hooks', 'node:process']

export const restrictedGlobals = {
  console: 'Only src/cli/ and src/reporters/ print.',
  Date: 'Only src/cli/ and src/reporters/ know the time; take a clock.',
  performance: 'Only src/cli/ and src/reporters/ know the time; take a clock.',
  process: 'Only src/cli/ and src/reporters/ see the process; take what you need as a parameter.',
  require: 'Modules are ES modules.',
}
