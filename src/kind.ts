// The contract of a kind: something that a pipeline file can name, such as the transform `filter` or the sink `sqlite`.
//
// A kind is one value that says everything about itself: its name, a sentence for users, what may stand below the name,
// and what is made of that. The type of its options is inferred from what may stand there, so that a behaviour with
// other options does not compile. Each kind has a file in the folder of its family; src/cli/kinds.ts alone lists them.
//
// The parts of a kind are used in this order:
// 1. `schema`, when a pipeline file is read. src/config/ reads the value below the kind's name by it, fills defaults and
//    reports every mistake at its place.
// 2. `normalise`, once for each place where the file names the kind.
// 3. The behaviour, with the options that `normalise` gave. When the plan is made, `create` or `compile` reports what
//    only the whole pipeline shows to be wrong (a column that is not there) and returns undefined. The contract of the
//    family (source.ts, format.ts, transform.ts, sink.ts) says when its other functions are called.
//
// Where the file has a mistake, 2 and `format`, `create` or `compile` are called all the same, so that all mistakes are
// told in one run. Then empty values of the schema's types stand for what could not be read (src/config/empty-value.ts),
// and what the functions report of those is dropped.
//
// Laws:
// - A kind has no state, and builds nothing but its schema when it is loaded: every start of the program loads them all.
// - What is made opens nothing yet: no file, no connection. `validate` and `explain` make whole plans.
// - Secrets among the options are revealed only where a source, its view or its mirror is made: commands that do not
//   connect have none.
// - Names, the meaning of options and their defaults are public: a file that works today works tomorrow.
// - What a kind throws, other than what its contract names, is a bug of sprk's.

import type * as v from 'valibot'
import type { FormatKind } from './format.ts'
import type { Family, OptionsForm, OptionsOf } from './options.ts'
import type { SinkKind } from './sink.ts'
import type { SourceKind } from './source.ts'
import type { TransformKind } from './transform.ts'

/** What a pipeline file may say of a kind: all that src/config/ knows of it. */
export interface KindSpec<Options = unknown> {
  /** As pipeline files write it; unique in its family. */
  readonly name: string
  /** A sentence for users; editors show it. */
  readonly description: string
  /** Of the value below the name. */
  readonly schema: v.GenericSchema
  /** Makes the options of a value of the schema's type: several spellings become one. Never throws. */
  normalise(value: unknown): Options
}

/** What the kinds of each family do with their options. */
interface Behaviours<Options> {
  readonly sources: SourceKind<Options>
  readonly formats: FormatKind<Options>
  readonly transforms: TransformKind<Options>
  readonly sinks: SinkKind<Options>
}

export type Kind<F extends Family, Options = unknown> = KindSpec<Options> & Behaviours<Options>[F]

/**
 * Everything that a pipeline file may name: by family and name, in the order in which messages and editors list them.
 * It is handed in from the top; src/config/ and src/plan/ know no kind by themselves.
 */
export type Kinds = { readonly [F in Family]: ReadonlyMap<string, Kind<F>> }

/** The same kinds as src/config/ sees them: `Kinds` are that too. */
export type KindSpecs = { readonly [F in Family]: ReadonlyMap<string, KindSpec> }

/** Make a kind of its name, its sentence, the form of its options and the behaviour with them. */
export const sourceKind = maker<'sources'>()
export const formatKind = maker<'formats'>()
export const transformKind = maker<'transforms'>()
export const sinkKind = maker<'sinks'>()

function maker<F extends Family>() {
  return <Form extends OptionsForm>(
    name: string,
    description: string,
    options: Form,
    behaviour: Exactly<Behaviours<OptionsOf<Form>>[F]>,
  ): Kind<F, OptionsOf<Form>> => ({ name, description, ...readBy(options), ...behaviour })
}

/**
 * A behaviour whose functions take these very options. TypeScript lets a method take a narrower type than it is declared
 * to be given, which is how kinds of all options fit into `Kinds`; here it would let `sqlite` have the empty options of
 * `discard`. So the members are compared as functions.
 */
type Exactly<Behaviour> = Behaviour & { readonly [Key in keyof Behaviour]: AsFunction<Behaviour[Key]> }

type AsFunction<Member> = Member extends (...args: infer Args) => infer Result ? (...args: Args) => Result : Member

/** A schema alone gives the options as they are. */
function readBy<Form extends OptionsForm>(options: Form): Pick<KindSpec<OptionsOf<Form>>, 'schema' | 'normalise'> {
  return 'normalise' in options
    ? { schema: options.schema, normalise: (value) => options.normalise(value) as OptionsOf<Form> }
    : { schema: options, normalise: (value) => value as OptionsOf<Form> }
}
