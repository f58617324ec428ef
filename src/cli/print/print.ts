// The one way out for commands with -o: lines for people and for spreadsheets, an object for programs.

import { stdout } from './redact.ts'

/** By the name that -o gives it. Only the one that is asked for is made. */
export type Forms<Form extends string> = {
  readonly [Name in Form]: () => Name extends 'json' ? object : readonly string[]
}

export function print<Form extends string>(form: Form, forms: Forms<Form>): void {
  const made = forms[form]()
  stdout.write(textOf(made))
}

function textOf(made: object | readonly string[]): string {
  return Array.isArray(made) ? made.map((line) => `${line}\n`).join('') : `${JSON.stringify(made)}\n`
}
