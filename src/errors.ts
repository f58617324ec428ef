// Errors as values: a code, a sentence, and where known a place and a hint. One function prints them, one exits.

/** sysexits.h where it fits; docs/exit-codes.md explains them. */
export const Exit = {
  OK: 0,
  DIFFERENT: 1,
  USAGE: 64,
  BAD_RECORD: 65,
  NO_INPUT: 66,
  UNAVAILABLE: 69,
  BUG: 70,
  CANNOT_CREATE: 73,
  IO: 74,
  LOCKED: 75,
  PROTOCOL: 76,
  PERMISSION: 77,
  CONFIG: 78,
  DATA_LOSS: 79,
  REJECTS: 80,
} as const
export type Exit = (typeof Exit)[keyof typeof Exit]

/** A place in a text file; line and column count from 1, `length` is how many characters to underline. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length?: number
}

/** `pipeline.yaml:11:15`. */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}

/** One mistake or fault, complete in itself. */
export interface Problem {
  /** `E_…`, stable. */
  readonly code: string
  readonly message: string
  readonly place?: Place | undefined
  /** Lines below the message: a difference, a list. */
  readonly details?: readonly string[] | undefined
  /** What to do next; commands in it can be pasted. */
  readonly hint?: string | undefined
}

/** What is wrong with a pipeline file as it stands there, each mistake once; those of `--set` come last. */
export function inOrder(file: string, problems: readonly Problem[]): readonly Problem[] {
  const rank = ({ place }: Problem) => [place?.file === file ? 0 : 1, place?.line ?? 0, place?.column ?? 0] as const
  const keys = problems.map(({ code, message, place }) => JSON.stringify([code, message, place]))
  const each = problems.filter((_, i) => keys.indexOf(keys[i] as string) === i)
  return each.toSorted((a, b) => {
    const [[a1, a2, a3], [b1, b2, b3]] = [rank(a), rank(b)]
    return a1 - b1 || a2 - b2 || a3 - b3
  })
}

/** A mistake of the user or a fault of the surroundings, never a bug: printed without a stack trace. */
export class SprkError extends Error {
  readonly code: string
  readonly exit: Exit
  readonly problems: readonly Problem[]

  /** Several problems of one kind (configuration) are reported at once; the first gives code and message. */
  constructor(exit: Exit, problem: Problem | readonly [Problem, ...Problem[]], options?: { readonly cause?: unknown }) {
    const problems: readonly [Problem, ...Problem[]] = isMany(problem) ? problem : [problem]
    super(problems[0].message, options)
    this.name = 'SprkError'
    this.code = problems[0].code
    this.exit = exit
    this.problems = problems
  }
}

function isMany(problem: Problem | readonly [Problem, ...Problem[]]): problem is readonly [Problem, ...Problem[]] {
  return Array.isArray(problem)
}

/** Throws the problems, if there are any. Where `limit` leaves some out, the first one says how many. */
export function throwIfAny(exit: Exit, problems: readonly Problem[], limit = problems.length): void {
  const [first, ...others] = problems.slice(0, limit)
  if (first === undefined) return
  const more = problems.length - limit
  throw new SprkError(exit, [more > 0 ? { ...first, details: [`and ${more} more like it`] } : first, ...others])
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
