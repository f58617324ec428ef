// sprk explain: the plan in words, without a broker.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { type Plan, type PlanSink, type PlanStep, SOURCE, type SourceColumn } from '../../plan/plan.ts'
import type { PipelineSpec } from '../../spec.ts'
import { type Schema, typeName } from '../../types.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, examples, withPipeline } from '../options/command.ts'
import { stdout } from '../print/redact.ts'

export function explainCommand(sprk: Command, { registry, perform }: Cli): void {
  withPipeline(sprk.command('explain'))
    .description('print the steps of a pipeline, their columns and types, and what is guaranteed')
    .addHelpText('after', examples('sprk explain pipeline.yaml', 'sprk explain pipeline.yaml --set batchInterval=10s'))
    .action((file: string, options: { set: string[] }) => perform(() => explain(file, options.set, registry)))
}

function explain(file: string, set: readonly string[], registry: KindRegistry): number {
  const { spec, plan } = load(file, set, registry)
  stdout.write(`${describePlan(spec, plan).join('\n')}\n`)
  return Exit.OK
}

/** One line a fact, two spaces deeper what belongs to the line above. */
function describePlan(spec: PipelineSpec, plan: Plan): string[] {
  return [
    `pipeline ${plan.name}`,
    `  state: ${spec.state.path}`,
    `  batches: every ${plan.batchIntervalMs} ms, at once while more is waiting`,
    '',
    `source: ${plan.source.canonical}`,
    `  format: ${plan.source.formatKind}, columns ${plan.source.format.schema === null ? 'open: any path, read as variant' : columnsOf(plan.source.format.schema)}`,
    `  needed: ${plan.source.columns.flatMap(sourceColumnName).join(', ') || 'nothing but the number of records'}`,
    `  one batch: at most ${plan.source.limits.maxRecords} records, about ${plan.source.limits.maxBytes} bytes`,
    ...plan.steps.flatMap((step) => ['', ...describeStep(plan, step)]),
    ...plan.sinks.flatMap((sink) => ['', ...describeSink(plan, sink)]),
  ]
}

function describeStep(plan: Plan, { id, input, step, output }: PlanStep): string[] {
  return [
    `step ${id} ← ${inputName(plan, input)}`,
    `  ${step.canonical}`,
    `  columns: ${output === null ? 'as before' : columnsOf(output)}`,
    `  result: ${step.boundary === 'independent' ? 'independent of' : 'depends on'} where batches are cut`,
    ...step.notes.map((note) => `  note: ${note}`),
  ]
}

function describeSink(plan: Plan, { id, input, sink }: PlanSink): string[] {
  return [
    `sink ${id} ← ${inputName(plan, input)}`,
    ...sink.canonical.split('\n').map((line) => `  ${line}`),
    ...(sink.targets.length === 0 ? [] : [`  tables: ${sink.targets.map(({ name }) => name).join(', ')}`]),
    `  guarantee: ${sink.guarantee}`,
  ]
}

function inputName(plan: Plan, input: number): string {
  return input === SOURCE ? 'source' : (plan.steps[input]?.id ?? '')
}

function columnsOf(schema: Schema): string {
  return schema.map(({ name, type }) => `${name} ${typeName(type)}`).join(', ')
}

/** None for the place of a computed value. */
function sourceColumnName(column: SourceColumn): string[] {
  if ('path' in column) return [column.path.join('.')]
  return 'metadata' in column ? [`_metadata.${column.metadata}`] : []
}
