// Compiles a loaded pipeline file to its plan: resolves types, pushes needed fields down to the source, reports
// mistakes.

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

/** Throws a SprkError (exit 78) with every mistake found. Pure: opens nothing. */
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
      // Identified by table, so that sinks may change their order. A sink without tables is no part of the saved
      // results.
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

/** A place in the graph: the source or a step, with the columns after it. */
interface Stream {
  readonly input: number
  readonly scope: Scope
  readonly schema: Schema | null
  /**
   * Whether frames hold the columns of `schema`, in order. Frames of a source hold only the needed ones, as first
   * named.
   */
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

  /** Undefined after a step that could not be compiled: the columns behind it are unknown. */
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

  /** After a failed step columns are unknown: reports only what no column could fix (syntax, functions, arity). */
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
    // A step that does not change columns (filter) does not change the scope, so that later steps can name fields of
    // the source.
    if (step.output !== null && step.output !== stream.schema) {
      return { input, scope: schemaScope(step.output), schema: step.output, aligned: true }
    }
    const scope = (step.role === 'stateless' ? step.scope : undefined) ?? stream.scope
    return { input, scope, schema: step.output, aligned: stream.aligned }
  }

  /**
   * Adds one step that selects all columns of a fixed schema, shared by the steps and sinks that take rows as they are.
   */
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

  /** SQLite ignores the case of names. */
  #isTaken({ kind, name }: Target): boolean {
    const isSame = (other: Target) => other.kind === kind && other.name.toLowerCase() === name.toLowerCase()
    return this.sinks.some(({ sink }) => sink.targets.some(isSame))
  }

  /**
   * Only the direct results of an aggregation can be merged: a step behind it, even a filter, would judge the partial
   * results of one batch.
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
