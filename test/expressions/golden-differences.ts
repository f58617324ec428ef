// Expressions of golden.txt whose answer differs from Spark's on purpose; docs/expressions.md has the reasons.

export const DIFFERENCES: ReadonlyMap<string, string> = new Map([])
