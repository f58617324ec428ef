// sprk validate: exactly the checks that `run` makes before it opens anything.

import { Exit, type Problem, placeText, SprkError } from '../../errors.ts'
import { printError, printWarnings } from '../fail.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cell, type Form, type Forms, print } from '../print/print.ts'

export interface ValidateOptions {
  readonly set: readonly string[]
  readonly output: Form
  readonly quiet: boolean
}

interface Validated {
  readonly file: string
  /** Of the pipeline; null where the file is wrong. */
  readonly name: string | null
  /** What its source promises; null where there is nothing to say. */
  readonly guarantee: string | null
  readonly error: SprkError | null
}

/** Checks every file and reports all of them; the code is that of the first file with a mistake. */
export function validate(files: readonly string[], options: ValidateOptions, registry: KindRegistry): number {
  let code: number = Exit.OK
  const all: Validated[] = []
  for (const file of files) {
    const found = validated(file, options, registry)
    all.push(found)
    code ||= found.error?.exit ?? Exit.OK
    if (options.output !== 'text') continue
    // At once, each on its own stream.
    if (found.error !== null) printError(found.error)
    else if (!options.quiet) print('text', formsOf([found]))
  }
  if (options.output !== 'text') print(options.output, formsOf(all))
  return code
}

function validated(file: string, { set }: ValidateOptions, registry: KindRegistry): Validated {
  try {
    const { spec, plan } = load(file, set, registry, { needsSecrets: true, takesStdin: true })
    printWarnings(spec.warnings)
    return { file, name: plan.name, guarantee: plan.source.guarantee, error: null }
  } catch (error) {
    if (error instanceof SprkError) return { file, name: null, guarantee: null, error }
    throw error
  }
}

function formsOf(all: readonly Validated[]): Forms {
  return {
    text: () =>
      all.flatMap(({ file, name, guarantee }) => [
        `${file}: ${name} is valid`,
        ...(guarantee === null ? [] : [`  records are read ${guarantee}`]),
      ]),
    json: () =>
      all.map(({ file, name, guarantee, error }) => {
        return {
          file,
          valid: error === null,
          name,
          guarantee,
          exit: error?.exit ?? Exit.OK,
          errors: error?.problems.map(problemObject) ?? [],
        }
      }),
    csv: () => [['file', 'valid', 'name', 'code', 'message', 'place', 'hint'], ...all.flatMap(rowsOf)],
  }
}

function rowsOf({ file, name, error }: Validated): readonly (readonly Cell[])[] {
  if (error === null) return [[file, true, name, null, null, null, null]]
  return error.problems.map((problem) => {
    const { code, message, place, hint } = problemObject(problem)
    return [file, false, null, code, message, place, hint]
  })
}

function problemObject({ code, message, place, details = [], hint }: Problem) {
  const at = place === undefined ? null : placeText(place)
  return { code, message, place: at, details, hint: hint ?? null }
}
