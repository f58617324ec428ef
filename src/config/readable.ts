// What can still be checked of a wrong pipeline file: so its expressions are checked in the same go.

import type { BrokenComponent, ReadablePart, SinkComponent } from '../spec.ts'
import type { Context } from './context.ts'
import { type PipelineKeys, pipelineKeys } from './pipeline-keys.ts'
import { read } from './read.ts'
import { Report } from './report.ts'
import type { MapNode } from './tree.ts'
import { nearest } from './unknown.ts'

/** Reports nothing. */
export function readablePart(root: MapNode, context: Context): ReadablePart {
  const quiet = { ...context, report: new Report(), fillsGaps: true }
  const subject = { label: '', at: root, scope: 'pipeline' }
  // Where gaps are filled, what the reader returns has the type of the schema it was given.
  const keys = read(root, pipelineKeys, subject, quiet) as PipelineKeys
  const known = Object.keys(pipelineKeys.entries)
  const names = root.pairs.map(({ key }) => key.text)
  const hasSteps = names.some((name) => name === 'transforms' || nearest(name, known) === 'transforms')
  return {
    source: keys.source as BrokenComponent,
    transforms: keys.transforms,
    sinks: (Array.isArray(keys.sink) ? keys.sink : [keys.sink]) as readonly SinkComponent[],
    timeZone: keys.timeZone,
    areStepsKnown: hasSteps || names.every((name) => known.includes(name) || nearest(name, known) !== undefined),
  }
}
