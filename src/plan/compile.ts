// Compiles a loaded pipeline file to its plan: resolves types, pushes needed fields down to the source, reports
// mistakes.

import type { Clock } from '../clock.ts'
import type { Column } from '../column.ts'
import { Exit, inOrder, type Problem, throwIfAny } from '../errors.ts'
import type { Format } from '../format.ts'
import type { Kinds } from '../kind.ts'
import type { TopicPartition } from '../record.ts'
import type { Scope } from '../scope.ts'
import { type SinkInput, type Target, tablesOf } from '../sink.ts'
import type { Backlog, LiveRun } from '../source.ts'
import type { Component, PipelineSpec, ReadablePart, SinkComponent } from '../spec.ts'
import type { Step } from '../transform.ts'
import { type Schema, VARIANT } from '../types.ts'
import { ANY_COLUMNS, type Certainty, isBroken, isCertain, isOfReadable } from './certainty.ts'
import { type Plan, type PlanSink, type PlanStep, SOURCE } from './plan.ts'
import { schemaScope, sourceScope } from './source-scope.ts'

/** Throws a SprkError (exit 78) with every mistake found. Pure: opens nothing. */
export function compilePlan(spec: PipelineSpec, kinds: Kinds): Plan {
  const problems: Problem[] = []
  const graph = new Graph(kinds, spec.timeZone, problems)
  const { format, scope } = graph.addAll({ ...spec, areStepsKnown: true })
  throwIfAny(Exit.CONFIG, inOrder(spec.file, problems))
  if (format === undefined || scope === undefined) throw new Error('a format was refused without a reason')

  const source = kindOf(kinds.sources, spec.source)
  const formatComponent = source.format(spec.source.options)
  const formatKind = kindOf(kinds.formats, formatComponent)
  const sourceText = `${spec.source.kind} ${source.canonical(spec.source.options)}`
  const formatText = `${formatComponent.kind} ${formatKind.canonical(formatComponent.options)}`.trim()
  const mayTakeTurns = source.mayTakeTurns?.(spec.source.options) ?? false
  return Object.freeze({
    name: spec.name,
    source: {
      id: 'source',
      kind: spec.source.kind,
      canonical: sourceText,
      formatKind: formatComponent.kind,
      format,
      columns: scope.columns,
      limits: { ...source.limits(spec.source.options), backlog: mayTakeTurns ? backlogOf(graph.steps) : null },
      rates: source.rates?.(spec.source.options) ?? null,
      create: (clock: Clock, live?: LiveRun) => source.create(spec.source.options, clock, live),
      view: (clock: Clock, stateId: string | null) =>
        source.view(spec.source.options, clock, { pipeline: spec.name, stateId }),
      mirror: (clock: Clock, stateId: string) =>
        source.mirror?.(spec.source.options, clock, { pipeline: spec.name, stateId }) ?? null,
      guarantee: source.guarantee?.(spec.source.options, spec.name) ?? null,
      storesBlocks: source.storesBlocks?.(spec.source.options) ?? false,
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

function backlogOf(steps: readonly PlanStep[]): Backlog {
  return steps.some(({ step }) => step.usesEventTime === true) ? 'shares' : 'turns'
}

/**
 * What only the plan can know to be wrong with a file that is wrong already: every expression that can be read is
 * compiled, as far as its columns are known. Never throws.
 */
export function checkPart(part: ReadablePart, kinds: Kinds): readonly Problem[] {
  const problems: Problem[] = []
  new Graph(kinds, part.timeZone, problems).addAll(part)
  return problems
}

/** A place in the graph: the columns after a step, or of the source. */
interface Stream {
  readonly input: number
  readonly scope: Scope
  readonly schema: Schema | null
  /**
   * Whether frames hold the columns of `schema`, in order. Frames of a source hold only the needed ones, as first
   * named.
   */
  readonly aligned: boolean
  /** All of a right file. */
  readonly known: Certainty
}

/** Behind something that is wrong. */
const OPEN: Stream = { input: SOURCE, scope: ANY_COLUMNS, schema: null, aligned: false, known: 'nothing' }

/** What a sink is checked with whose columns are unknown. */
const ANY_COLUMN: Schema = [{ name: 'any', type: VARIANT }]

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

  /** Format and scope are undefined where the source or its format is wrong, and reported. */
  addAll({ source, transforms, sinks, areStepsKnown }: ReadablePart) {
    const format = this.#formatOf(source)
    const scope = format && sourceScope(format)
    const start: Stream =
      scope === undefined
        ? OPEN
        : { input: SOURCE, scope, schema: format?.schema ?? null, aligned: false, known: 'columns' }
    const shared = this.#addSteps(start, transforms)
    for (const component of sinks) {
      const stream = this.#addSteps(areStepsKnown ? shared : OPEN, component.transforms)
      const last = [...transforms, ...component.transforms].at(-1)
      const mayAggregate = last === undefined ? !areStepsKnown : this.#mayAggregate(last)
      this.#addSink(stream, component, mayAggregate)
    }
    return { format, scope }
  }

  /** A source that is wrong in part has a format all the same, if that can be read. */
  #formatOf(source: Component): Format | undefined {
    const kind = this.#kinds.sources.get(source.kind)
    if (kind === undefined && isBroken(source)) return undefined
    const component = kindOf(this.#kinds.sources, source).format(source.options)
    if (isBroken(component)) return undefined
    return kindOf(this.#kinds.formats, component).create(component.options, {
      timeZone: this.#timeZone,
      report: (problem) => this.#problems.push({ place: component.place, ...problem }),
    })
  }

  #addSteps(from: Stream, components: readonly Component[]): Stream {
    return components.reduce((stream, component) => this.#addStep(stream, component), from)
  }

  /** After a step that is wrong the columns are unknown, unless it only keeps them. */
  #addStep(before: Stream, component: Component): Stream {
    if (isBroken(component) && !this.#kinds.transforms.has(component.kind)) return OPEN
    const kind = kindOf(this.#kinds.transforms, component)
    const stream = kind.needsColumns === true ? this.#align(before) : before
    const { scope, schema, known } = stream
    const step = kind.compile(component.options, {
      scope,
      schema,
      timeZone: this.#timeZone,
      report: this.#reportOf(component, known),
    })
    if (step !== undefined && !isBroken(component)) return this.#push(stream, component.kind, step)
    return kind.keepsColumns === true ? before : OPEN
  }

  #reportOf(component: Component, known: Certainty): (problem: Problem) => void {
    return (problem) => {
      if (isBroken(component) && !isOfReadable(problem)) return
      const hint = this.#hintOf(problem, component)
      if (isCertain(problem, known)) this.#problems.push({ place: component.place, ...problem, ...(hint && { hint }) })
    }
  }

  #hintOf({ code, hint }: Problem, { kind }: Component): string | undefined {
    if (code !== 'E_AGGREGATE') return hint
    return this.#kinds.transforms.get(kind)?.aggregates === true
      ? hint
      : 'use a `reduceByKey` step: its `values` are aggregates'
  }

  #mayAggregate(component: Component): boolean {
    const kind = this.#kinds.transforms.get(component.kind)
    return kind === undefined || kind.aggregates === true
  }

  #push(stream: Stream, kind: string, step: Step): Stream {
    const id = this.#idOf(kind)
    const input = this.steps.push({ id, kind, input: stream.input, step, output: step.output }) - 1
    // A step that does not change columns (filter) does not change the scope, so that later steps can name fields of
    // the source.
    if (step.output !== null && step.output !== stream.schema) {
      const known = stream.known === 'nothing' ? 'names' : stream.known
      return { input, scope: schemaScope(step.output), schema: step.output, aligned: true, known }
    }
    const scope = (step.role === 'stateless' ? step.scope : undefined) ?? stream.scope
    return { input, scope, schema: step.output, aligned: stream.aligned, known: stream.known }
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

  #addSink(before: Stream, component: SinkComponent, mayAggregate: boolean): void {
    if (isBroken(component) && !this.#kinds.sinks.has(component.kind)) return
    const kind = kindOf(this.#kinds.sinks, component)
    const stream = kind.needsColumns ? this.#align(before) : before
    const certain = this.#reportOf(component, stream.known)
    const report = (problem: Problem) => {
      // Whatever the columns are: only an aggregation can be merged.
      if (problem.code === 'E_MERGE' && !mayAggregate) this.#problems.push({ place: component.place, ...problem })
      else certain(problem)
    }
    if (stream.schema === null && stream.known === 'columns' && kind.needsColumns) {
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
    const columns = {
      schema: stream.schema ?? (stream.known === 'columns' ? [] : ANY_COLUMN),
      scope: stream.scope,
      timeZone: this.#timeZone,
    }
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
