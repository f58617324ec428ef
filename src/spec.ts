// A pipeline file after loading: everything validated, defaults filled, expressions kept as their source text.

import type { Place, Problem } from './errors.ts'

/** The exact source text of an expression or name in the pipeline file, and the places of its characters. */
export interface SourceText {
  readonly text: string
  /** The place of `text[start … end)`; the whole text by default. */
  place(start?: number, end?: number): Place
}

/** A path of the pipeline file, relative to it. */
export interface FilePath {
  /** As it was written. */
  readonly given: string
  readonly absolute: string
}

/** A value of which the pipeline file names only the origin. Neither JSON nor an inspector shows it. */
export interface Secret {
  /** `$NAME` or a path. */
  readonly origin: string
  /** Throws in commands that do not load secrets, such as `validate`. */
  reveal(): string
}

/** What happens to a record that cannot be read or transformed. */
export type OnError = 'fail' | 'skip' | 'deadLetter'

/** One entry of a map in the pipeline file, in file order. */
export interface Entry<T> {
  readonly name: string
  /** Place of the name. */
  readonly place: Place
  readonly value: T
}

/** A map with one key that names its kind: `filter: …`, `kafka: {…}`. */
export interface Component<Options = unknown> {
  readonly kind: string
  /** The options that the kind's `normalise` returned. */
  readonly options: Options
  /** Place of the kind's name. */
  readonly place: Place
}

export interface SinkComponent extends Component {
  readonly transforms: readonly Component[]
}

/** A component with a mistake, which was reported. Empty values stand for the parts that could not be read. */
export interface BrokenComponent extends Component {
  /** The kind that was most likely meant; no kind's name where that is unknown. */
  readonly kind: string
  readonly isBroken: true
}

/** The readable part of a wrong pipeline file. Each of its components may be a BrokenComponent. */
export interface ReadablePart {
  readonly source: Component
  readonly transforms: readonly Component[]
  readonly sinks: readonly SinkComponent[]
  /** An IANA time zone. */
  readonly timeZone: string
  /** Whether `transforms` are all common steps; else the file has a key that may stand for them. */
  readonly areStepsKnown: boolean
}

/** The place of a value that the file does not hold: mistakes there are not reported. */
export const NOWHERE: Place = { file: '', line: 0, column: 0 }

export interface PipelineSpec {
  readonly name: string
  /** The path of the pipeline file as it was given. */
  readonly file: string
  readonly source: Component
  readonly transforms: readonly Component[]
  readonly sinks: readonly SinkComponent[]
  readonly batchIntervalMs: number
  /** An IANA time zone. */
  readonly timeZone: string
  readonly onError: OnError
  readonly state: {
    /** Absolute. */
    readonly path: string
    /** File mode of a new state file. */
    readonly mode: number
  }
  /** How long batches and dead letters are kept, in milliseconds. `Infinity`: forever; null: as the state file was made. */
  readonly retain: {
    readonly batchesMs: number | null
    readonly deadLettersMs: number | null
  }
  /** Parts of the file that are right and most likely not what the user meant. */
  readonly warnings: readonly Problem[]
}
