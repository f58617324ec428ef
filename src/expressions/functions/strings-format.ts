// format_string, printf.

import type { Value } from '../../column.ts'
import { STRING } from '../../types.ts'
import { boundedLength } from '../../values/text-limit.ts'
import { castArgument } from '../analysis/argument.ts'
import { scalarNode } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import type { Node } from '../typed.ts'
import type { Entry, SyntaxFunction } from './definition.ts'
import { formatter, padded } from './format-value.ts'
import { parseFormat } from './java-format.ts'
import { remembering } from './last-made.ts'
import { any, text } from './parameters.ts'

export function formatFunctions(): readonly Entry[] {
  return [
    ['format_string', formatString],
    ['printf', formatString],
  ]
}

/** format_string(format, …); a variant is read as its text. */
const formatString: SyntaxFunction = {
  least: 1,
  most: Number.POSITIVE_INFINITY,
  analyse(call, context) {
    const nodes = call.args.map((syntax, i) => {
      const arg = operand(syntax, context)
      return castArgument(arg, i === 0 || arg.node.type.kind === 'variant' ? text : any, context, call.name)
    })
    const [format, ...values] = nodes as [Node, ...Node[]]
    const writerOf = remembering((written) => writer(written, values))
    if (format.kind === 'literal' && format.value !== null) writerOf(format.value as string)
    const apply = (written: Value = null, ...args: readonly Value[]) =>
      written === null ? null : writerOf(written as string)(args)
    return scalarNode({ name: call.name, nulls: 'called', apply }, nodes, STRING)
  },
}

/** Throws RowFault where the format is none, or a conversion is not for its argument. */
function writer(format: string, nodes: readonly Node[]): (values: readonly Value[]) => string {
  const parts = parseFormat(format, nodes.length).map((part) => {
    if (typeof part === 'string') return () => part
    if (part.conversion === 'n') return () => '\n'
    if (part.conversion === '%') return () => padded(part, '%')
    const write = formatter(part, (nodes[part.argument] as Node).type)
    return (values: readonly Value[]) => write(values[part.argument] ?? null)
  })
  return (values) => {
    let length = 0
    const texts = parts.map((part) => {
      const each = part(values)
      length = boundedLength(length + each.length)
      return each
    })
    return texts.join('')
  }
}
