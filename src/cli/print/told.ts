// Where reporters tell people what a run does: stderr, with the pipeline as it is named in commands.

import type { Output } from '../../reporters/reporter.ts'
import { withPipelineWords } from '../loaded.ts'
import { stderr } from './out.ts'

export const told: Output = { write: (text) => stderr.write(withPipelineWords(text)) }
