// A loaded pipeline file → its plan: types known, needed fields pushed down to the source, everything wrong reported.

import type { Clock } from '../clock.ts'
import type { Column } from '../column.ts'
import { Exit, type Problem, SprkError } from '../errors.ts'
import type { Kinds } from '../kind.ts'
import type { TopicPartition } from '../record.ts'
import type { Scope } from '../scope.ts'
import { type SinkInput, type Target, tablesOf } from '../sink.ts'
import type { Component, PipelineSpec, SinkComponent } from '../spec.ts'
import type { Step } from '../transform.ts'
import { type Schema, VARIANT } from '../types.ts'
import { type Plan, type PlanSink, type PlanStep, SOURCE } from './plan.ts'
import { schemaScope, sourceScope } from './source-scope.ts'

/** Throws a SprkError (exit 78) that carries every problem found. Pure: nothing is opened. */
export function compilePlan(spec: PipelineSpec, kinds: Kinds): Plan {
  const problems: Problem[] = []
  const source = kindOf(kinds.sources, spec.source)
  const formatComponent = source.format(spec.source.options)
  const formatKind = kindOf(kinds.formats, formatComponent)
  const format = formatKind.create(formatComponent.options, {
    timeZone: spec.timeZone,
    report: (problem) => problems.push({ place: formatComponent.place, ...problem }),
  })
  const graph = new Graph(kinds, spec.timeZone, problems)

  const scope = format && sourceScope(format)
  const start: Stream | undefined = scope && { input: SOURCE, scope, schema: format.schema, aligned: false }
  const shared = graph.addSteps(start, spec.transforms)
  for (const component of spec.sinks) {
    const stream = graph.addSteps(shared, component.transforms)
    if (stream !== undefined) graph.addSink(stream, component)
  }
  const [first, ...others] = problems
  if (first !== undefined) throw new SprkError(Exit.CONFIG, [first, ...others])
  if (format === undefined || scope === undefined) throw new Error('a format was refused without a reason')

  const sourceText = `${spec.source.kind} ${source.canonical(spec.source.options)}`
  const formatText = `${formatComponent.kind} ${formatKind.canonical(formatComponent.options)}`.trim()
  return Object.freeze({
    name: spec.name,
    source: {
      id: 'source',
      kind: spec.source.kind,
      canonical: sourceText,
      formatKind: formatComponent.kind,
      format,
      columns: scope.columns,
      limits: source.limits(spec.source.options),
      create: (clock: Clock) => source.create(spec.source.options, clock),
      view: (clock: Clock, stateId: string | null) =>
        source.view(spec.source.options, clock, { pipeline: spec.name, stateId }),
      mirror: (clock: Clock, stateId: string) =>
        source.mirror?.(spec.source.options, clock, { pipeline: spec.name, stateId }) ?? null,
      showRecord: (at: TopicPartition, offset: number) => source.showRecord(spec.source.options, at, offset),
    },
    steps: graph.steps,
    sinks: graph.sinks,
    batchIntervalMs: spec.batchIntervalMs,
    onError: spec.onError,
    fingerprint: {
      // By what they write, so that sinks may change places. A sink that keeps nothing is no part of what was saved.
      steps: graph.sinks.flatMap(({ kind, sink }) =>
        tablesOf(sink).map(({ name, indexes }) => {
          return { id: `${kind} ${name}`, kind, canonical: sink.canonical, table: name, indexes }
        }),
      ),
      plan: [
        `source: ${sourceText}`,
        `format: ${formatText}`,
        `onError: ${spec.onError}`,
        ...graph.steps.map(({ id, step }) => `${id}: ${step.canonical}`),
        ...graph.sinks.map(({ id, sink }) => `${id}: ${sink.canonical}`),
      ].join('\n'),
    },
  })
}

/** A place in the graph: the columns after a step, or of the source. */
interface Stream {
  readonly input: number
  readonly scope: Scope
  readonly schema: Schema | null
  /** Whether frames hold the columns of `schema`, in order; those of a source hold what is needed, as it was met. */
  readonly aligned: boolean
}

const WITHOUT_COLUMNS: readonly string[] = ['E_SYNTAX', 'E_UNKNOWN_FUNCTION', 'E_ARITY']

const ANY_COLUMNS: Scope = {
  resolve: (path) => ({ column: 0, type: VARIANT, used: path.length }),
  names: () => [],
}

class Graph {
  readonly steps: PlanStep[] = []
  readonly sinks: PlanSink[] = []
  readonly #kinds: Kinds
  readonly #timeZone: string
  readonly #problems: Problem[]
  readonly #ids = new Map<string, number>()
  readonly #aligned = new Map<Stream, Stream>()

  constructor(kinds: Kinds, timeZone: string, problems: Problem[]) {
    this.#kinds = kinds
    this.#timeZone = timeZone
    this.#problems = problems
  }

  /** Undefined when a step could not be compiled: what follows it has no columns to be checked against. */
  addSteps(from: Stream | undefined, components: readonly Component[]): Stream | undefined {
    let stream = from
    for (const component of components) {
      if (stream === undefined) this.#checkWithoutColumns(component)
      else stream = this.#addStep(stream, component)
    }
    return stream
  }

  #addStep(before: Stream, component: Component): Stream | undefined {
    const kind = kindOf(this.#kinds.transforms, component)
    const stream = kind.needsColumns === true ? this.#align(before) : before
    const step = kind.compile(component.options, {
      scope: stream.scope,
      schema: stream.schema,
      timeZone: this.#timeZone,
      report: (problem) => this.#problems.push({ place: component.place, ...problem }),
    })
    if (step !== undefined) return this.#push(stream, component.kind, step)
    return kind.keepsColumns === true ? before : undefined
  }

  /** Behind a wrong step nobody knows the columns: told is what no columns could make right. */
  #checkWithoutColumns(component: Component): void {
    kindOf(this.#kinds.transforms, component).compile(component.options, {
      scope: ANY_COLUMNS,
      schema: null,
      timeZone: this.#timeZone,
      report: (problem) => {
        if (WITHOUT_COLUMNS.includes(problem.code)) this.#problems.push({ place: component.place, ...problem })
      },
    })
  }

  #push(stream: Stream, kind: string, step: Step): Stream {
    const id = this.#idOf(kind)
    const input = this.steps.push({ id, kind, input: stream.input, step, output: step.output }) - 1
    // A step that keeps the columns (filter) keeps the scope too, so that what follows still names fields of the source.
    if (step.output !== null && step.output !== stream.schema) {
      return { input, scope: schemaScope(step.output), schema: step.output, aligned: true }
    }
    const scope = (step.role === 'stateless' ? step.scope : undefined) ?? stream.scope
    return { input, scope, schema: step.output, aligned: stream.aligned }
  }

  /** Puts all columns of a fixed schema into every frame, once, for all who take rows as they are. */
  #align(stream: Stream): Stream {
    const { schema, scope, aligned } = stream
    if (aligned || schema === null) return stream
    const known = this.#aligned.get(stream)
    if (known !== undefined) return known
    const indexes = schema.map(({ name }) => scope.resolve([name])?.column ?? 0)
    const selected = this.#push(stream, 'select', {
      role: 'stateless',
      output: [...schema],
      canonical: 'select all',
      boundary: 'independent',
      notes: [],
      apply: ({ frame, selection }) => ({
        frame: { ...frame, columns: indexes.map((index) => frame.columns[index] as Column) },
        selection,
      }),
    })
    this.#aligned.set(stream, selected)
    return selected
  }

  addSink(before: Stream, component: SinkComponent): void {
    const kind = kindOf(this.#kinds.sinks, component)
    const stream = kind.needsColumns ? this.#align(before) : before
    const report = (problem: Problem) => this.#problems.push({ place: component.place, ...problem })
    if (stream.schema === null && kind.needsColumns) {
      report({
        code: 'E_COLUMNS_UNKNOWN',
        message: `the columns of sink ${component.kind} are not known: a JSON payload without a schema has any fields`,
        hint: 'add a `map` step that names the columns, such as `- map: {city: properties.city}`',
      })
      return
    }
    const sink = kind.create(component.options, this.#sinkInput(stream), report)
    if (sink === undefined) return
    const taken = sink.targets.find((target) => this.#isTaken(target))
    if (taken !== undefined) {
      report({
        code: 'E_TARGET_TWICE',
        message: `${taken.name} is written by another sink already`,
        hint: 'give each sink a table of its own',
      })
      return
    }
    const id = this.#idOf(component.kind)
    this.sinks.push({ id, kind: component.kind, input: stream.input, sink, schema: stream.schema })
  }

  /** SQLite does not look at the case of names. */
  #isTaken({ kind, name }: Target): boolean {
    const isSame = (other: Target) => other.kind === kind && other.name.toLowerCase() === name.toLowerCase()
    return this.sinks.some(({ sink }) => sink.targets.some(isSame))
  }

  /**
   * Only rows that come straight from an aggregation can be merged: whatever stands behind it (a filter too) has seen
   * the partial results of one batch.
   */
  #sinkInput(stream: Stream): SinkInput {
    const columns = { schema: stream.schema ?? [], scope: stream.scope, timeZone: this.#timeZone }
    const step = this.steps[stream.input]?.step
    if (step?.role !== 'fold') return { ...columns, aggregation: null }
    const { keyColumns, merges, canonical } = step
    return { ...columns, aggregation: { keyColumns, merges, canonical } }
  }

  #idOf(kind: string): string {
    const count = (this.#ids.get(kind) ?? 0) + 1
    this.#ids.set(kind, count)
    return count === 1 ? kind : `${kind}-${count}`
  }
}

function kindOf<Kind>(kinds: ReadonlyMap<string, Kind>, component: Component): Kind {
  const kind = kinds.get(component.kind)
  if (kind === undefined) throw new Error(`the loader let an unknown kind through: ${component.kind}`)
  return kind
}
