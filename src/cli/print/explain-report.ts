// A plan in words, as JSON and as CSV.

import type { Pipeline } from '../../operations/pipeline.ts'
import { retentionText } from '../../operations/retention-text.ts'
import { dependentStep } from '../../plan/boundary.ts'
import { type Plan, type PlanSink, type PlanStep, SOURCE, type SourceColumn } from '../../plan/plan.ts'
import type { Backlog } from '../../source.ts'
import type { Step } from '../../transform.ts'
import { type Schema, typeName } from '../../types.ts'
import { count } from '../../words.ts'
import type { Cell } from './print.ts'

const BACKLOGS: Readonly<Record<Backlog, string>> = {
  turns: 'one partition after the other, since no step looks at event time',
  shares: 'a share of each partition, since a step looks at event time',
}

type Boundary = Step['boundary']

/** One line a fact, two spaces deeper what belongs to the line above. */
export function explainText({ spec, plan }: Pipeline): readonly string[] {
  const { source } = plan
  const { guarantee } = source
  const { maxRecords, maxBytes, backlog } = source.limits
  return [
    `pipeline ${plan.name}`,
    `  state: ${spec.state.path}`,
    `  batches: every ${plan.batchIntervalMs} ms, at once while ${source.rates === null ? 'more is waiting' : 'a bound leaves more'}`,
    `  kept: ${retentionText(spec.retain)}`,
    '',
    `source: ${source.canonical}`,
    `  format: ${source.formatKind}, columns ${source.format.schema === null ? 'open: any path, read as variant' : columnsOf(source.format.schema)}`,
    `  needed: ${source.columns.flatMap(sourceColumnName).join(', ') || 'nothing but the number of records'}`,
    `  one batch: at most ${count(maxRecords)} records, about ${count(maxBytes)} bytes`,
    ...(backlog === null ? [] : [`  backlog: ${BACKLOGS[backlog]}`]),
    ...(source.rates === null ? [] : [`  rates: ${source.rates.description}`]),
    ...(guarantee === null ? [] : [`  guarantee: ${guarantee}`]),
    ...plan.steps.flatMap((step) => ['', ...describeStep(plan, step)]),
    ...plan.sinks.flatMap((sink) => ['', ...describeSink(plan, sink)]),
  ]
}

function describeStep(plan: Plan, { id, input, step, output }: PlanStep): string[] {
  return [
    `step ${id} ← ${inputName(plan, input)}`,
    `  ${step.canonical}`,
    `  columns: ${output === null ? 'as before' : columnsOf(output)}`,
    resultLine(step.boundary),
    ...step.notes.map((note) => `  note: ${note}`),
  ]
}

function resultLine(boundary: Boundary): string {
  return `  result: ${boundary === 'independent' ? 'independent of' : 'depends on'} where batches are cut`
}

function boundaryOf(plan: Plan, sink: PlanSink): Boundary {
  return dependentStep(plan.steps, sink) === undefined ? 'independent' : 'dependent'
}

function describeSink(plan: Plan, planned: PlanSink): string[] {
  const { id, input, sink } = planned
  return [
    `sink ${id} ← ${inputName(plan, input)}`,
    ...sink.canonical.split('\n').map((line) => `  ${line}`),
    ...(sink.targets.length === 0
      ? []
      : [resultLine(boundaryOf(plan, planned)), `  tables: ${sink.targets.map(({ name }) => name).join(', ')}`]),
    `  guarantee: ${sink.guarantee}`,
  ]
}

export function explainJson({ spec, plan }: Pipeline): object {
  const { source, steps, sinks } = plan
  return {
    name: plan.name,
    state: spec.state.path,
    batchIntervalMs: plan.batchIntervalMs,
    kept: retentionText(spec.retain),
    source: {
      description: source.canonical,
      format: source.formatKind,
      columns: source.format.schema === null ? null : columnObjects(source.format.schema),
      needed: source.columns.flatMap(sourceColumnName),
      maxRecordsPerBatch: source.limits.maxRecords,
      maxBytesPerBatch: source.limits.maxBytes,
      backlog: source.limits.backlog,
      rates: source.rates?.description ?? null,
      guarantee: source.guarantee,
    },
    steps: steps.map(({ id, input, step, output }) => ({
      id,
      input: inputName(plan, input),
      description: step.canonical,
      columns: output === null ? null : columnObjects(output),
      boundary: step.boundary,
      notes: step.notes,
    })),
    sinks: sinks.map((planned) => ({
      id: planned.id,
      input: inputName(plan, planned.input),
      description: planned.sink.canonical,
      tables: planned.sink.targets.map(({ name }) => name),
      boundary: boundaryOf(plan, planned),
      guarantee: planned.sink.guarantee,
    })),
  }
}

/** A row for the source, each step and each sink. */
export function explainRows({ plan }: Pipeline): readonly (readonly Cell[])[] {
  const columns = (schema: Schema | null) => (schema === null ? null : columnsOf(schema))
  const { source, steps, sinks } = plan
  return [
    ['id', 'part', 'input', 'description', 'columns'],
    ['source', 'source', null, source.canonical, columns(source.format.schema)],
    ...steps.map(({ id, input, step, output }) => [
      ...[id, 'step', inputName(plan, input)],
      ...[step.canonical, columns(output)],
    ]),
    ...sinks.map(({ id, input, sink, schema }) => [
      ...[id, 'sink', inputName(plan, input)],
      ...[sink.canonical, columns(schema)],
    ]),
  ]
}

function inputName(plan: Plan, input: number): string {
  return input === SOURCE ? 'source' : (plan.steps[input]?.id ?? '')
}

function columnsOf(schema: Schema): string {
  return schema.map(({ name, type }) => `${name} ${typeName(type)}`).join(', ')
}

function columnObjects(schema: Schema): readonly object[] {
  return schema.map(({ name, type }) => ({ name, type: typeName(type) }))
}

/** None for the place of a computed value. */
function sourceColumnName(column: SourceColumn): string[] {
  if ('path' in column) return [column.path.join('.')]
  return 'metadata' in column ? [`_metadata.${column.metadata}`] : []
}
