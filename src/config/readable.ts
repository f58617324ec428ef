// The part of a wrong pipeline file that can still be checked: so its expressions are checked in the same go.

import type * as v from 'valibot'
import type { Component, PipelineSpec, SinkComponent } from '../spec.ts'
import type { Context } from './context.ts'
import { pipelineKeys } from './pipeline-keys.ts'
import { read } from './read.ts'
import { Report } from './report.ts'
import type { MapNode, Node } from './tree.ts'

/**
 * The source, the steps up to the first that cannot be read, and the sinks where all of them can. Undefined without a
 * source. Reports nothing.
 */
export function readablePart(root: MapNode, file: string, context: Context): PipelineSpec | undefined {
  const quiet = { ...context, report: new Report() }
  const nodeOf = (name: string) => root.pairs.find(({ key }) => key.text === name)?.value
  const valueOf = (node: Node | undefined, schema: v.GenericSchema) =>
    node === undefined ? undefined : read(node, schema, { label: '', at: node, scope: '' }, quiet)

  const { name, source, transforms, sink, timeZone } = pipelineKeys.entries
  const from = valueOf(nodeOf('source'), source)
  if (from === undefined) return undefined
  const list = nodeOf('transforms')
  const items = list?.type === 'list' ? list.items : []
  const steps = items.map((item) => valueOf(item, transforms.wrapped.item))
  // A key that is not known may be `transforms`, misspelt.
  const areSteps =
    list === undefined ? root.pairs.every(({ key }) => key.text in pipelineKeys.entries) : list.type === 'list'
  const wrong = areSteps ? steps.indexOf(undefined) : 0
  const to = nodeOf('sink')
  const [one] = sink.options
  const sinks = wrong !== -1 ? [] : (to?.type === 'list' ? to.items : [to]).map((node) => valueOf(node, one))
  return {
    name: (valueOf(nodeOf('name'), name) ?? 'unnamed') as string,
    file,
    // What the reader returns has the type of the schema it was given.
    source: from as Component,
    transforms: (wrong === -1 ? steps : steps.slice(0, wrong)) as readonly Component[],
    sinks: sinks.filter((found) => found !== undefined) as SinkComponent[],
    batchIntervalMs: 1000,
    timeZone: (valueOf(nodeOf('timeZone'), timeZone) ?? 'UTC') as string,
    onError: 'fail',
    state: { path: '', mode: 0 },
  }
}
