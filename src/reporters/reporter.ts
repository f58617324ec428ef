// What takes the progress of a run and tells it.

import type { Progress } from '../progress.ts'

export interface Reporter {
  report(progress: Progress): void
}

/** What a reporter sees of the terminal. */
export interface Output {
  write(text: string): void
}
