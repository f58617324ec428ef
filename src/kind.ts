// The contract of a kind: something that a pipeline file can name, such as the transform `filter` or the sink `sqlite`.
//
// A kind is one value: its name, a sentence for users, the schema of its options, and its behaviour. The type of the
// options is inferred from the schema, so that a behaviour with other options does not compile. Each kind has a file in
// the folder of its family; src/cli/kinds.ts alone lists them.
//
// The parts of a kind are used in this order:
// 1. `schema`, when a pipeline file is read. src/config/ reads the value below the kind's name by it, fills defaults and
//    reports every mistake at its place.
// 2. `normalise`, once for each place where the file names the kind.
// 3. The behaviour, with the options that `normalise` gave. When the plan is made, `create` or `compile` reports what
//    only the whole pipeline can show (an unknown column) and returns undefined. The contract of the family (source.ts,
//    format.ts, transform.ts, sink.ts) says when its other functions are called.
//
// Where the file has a mistake, 2 and `format`, `create` or `compile` are called all the same, so that all mistakes are
// told in one run. Then empty values of the schema's types stand for what could not be read (src/config/empty-value.ts),
// and what the functions report of those is dropped.
//
// Laws:
// - A kind has no state, and builds only its schema when its file is loaded: every start of the program loads all kinds.
// - Neither the kind nor what it creates opens a file or a connection before it is asked to: `validate` and `explain`
//   make whole plans.
// - Only `create`, `view` and `mirror` of a source reveal secrets among the options: commands that do not connect need
//   none.
// - Names, the meaning of options and their defaults are public: a file that works today works tomorrow.
// - An error that the family's contract does not name is a bug of sprk and ends the program with exit 70.

import type * as v from 'valibot'
import type { FormatKind } from './format.ts'
import type { Family, OptionsForm, OptionsOf } from './options.ts'
import type { SinkKind } from './sink.ts'
import type { SourceKind } from './source.ts'
import type { TransformKind } from './transform.ts'

/** The part of a kind that describes its options: all that src/config/ knows of it. */
export interface KindSpec<Options = unknown> {
  /** The key that names it in pipeline files; unique in its family. */
  readonly name: string
  /** A sentence for users; editors show it. */
  readonly description: string
  /** Describes the value below the name. */
  readonly schema: v.GenericSchema
  /** Makes the options of a value of the schema's type: several spellings become one. Never throws. */
  normalise(value: unknown): Options
}

/** Family → the behaviour of its kinds. */
interface Behaviours<Options> {
  readonly sources: SourceKind<Options>
  readonly formats: FormatKind<Options>
  readonly transforms: TransformKind<Options>
  readonly sinks: SinkKind<Options>
}

/** A kind of a family, with its options. */
export type Kind<F extends Family, Options = unknown> = KindSpec<Options> & Behaviours<Options>[F]

/**
 * All kinds, by family and name, in the order in which messages and editors list them. cli/ passes them down;
 * src/config/ and src/plan/ import no kind.
 */
export type Kinds = { readonly [F in Family]: ReadonlyMap<string, Kind<F>> }

/** The same kinds as src/config/ sees them. A `Kinds` is a `KindSpecs`. */
export type KindSpecs = { readonly [F in Family]: ReadonlyMap<string, KindSpec> }

/** Make a kind of its name, its description, the form of its options and its behaviour. */
export const sourceKind = maker<'sources'>()
export const formatKind = maker<'formats'>()
export const transformKind = maker<'transforms'>()
export const sinkKind = maker<'sinks'>()

/** Infers the options from `options` alone, then checks the behaviour against them. */
function maker<F extends Family>() {
  return <Form extends OptionsForm>(
    name: string,
    description: string,
    options: Form,
    behaviour: Exactly<Behaviours<OptionsOf<Form>>[F]>,
  ): Kind<F, OptionsOf<Form>> => ({ name, description, ...readBy(options), ...behaviour })
}

/**
 * A behaviour whose functions take exactly these options. TypeScript compares methods bivariantly: that lets kinds with
 * any options into `Kinds`, but would also let `sqlite` take the empty options of `discard`. So members are compared as
 * functions.
 */
type Exactly<Behaviour> = Behaviour & { readonly [Key in keyof Behaviour]: AsFunction<Behaviour[Key]> }

type AsFunction<Member> = Member extends (...args: infer Args) => infer Result ? (...args: Args) => Result : Member

/** Without a `normalise` the value that the schema accepts is the options. */
function readBy<Form extends OptionsForm>(options: Form): Pick<KindSpec<OptionsOf<Form>>, 'schema' | 'normalise'> {
  return 'normalise' in options
    ? { schema: options.schema, normalise: (value) => options.normalise(value) as OptionsOf<Form> }
    : { schema: options, normalise: (value) => value as OptionsOf<Form> }
}
