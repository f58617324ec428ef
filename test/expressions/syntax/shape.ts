// Syntax trees without what two texts of the same meaning may differ in.

/** The tree without places and without what the canonical text leaves out: a unary plus. */
export function shape(syntax: unknown): unknown {
  if (typeof syntax === 'bigint') return `${syntax}n`
  if (Object.is(syntax, -0)) return '-0'
  if (syntax instanceof Uint8Array) return `x${Buffer.from(syntax).toString('hex')}`
  if (typeof syntax !== 'object' || syntax === null) return syntax
  if (Array.isArray(syntax)) return syntax.map(shape)
  if ('kind' in syntax && syntax.kind === 'plus' && 'operand' in syntax) return shape(syntax.operand)
  const entries = Object.entries(syntax).filter(([key]) => !['start', 'end', 'nameSpan'].includes(key))
  return Object.fromEntries(entries.map(([key, value]) => [key, shape(value)]))
}
