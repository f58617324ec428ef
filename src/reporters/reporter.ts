// The contract of a reporter: it takes the progress of a run and prints it.

import type { Progress } from '../progress.ts'

/** The command calls `report` for each value of the run, then `close` once. `report` neither throws nor waits. */
export interface Reporter {
  report(progress: Progress): void
  /** Also called where the run failed, before the error is printed. Releases what the reporter holds; never throws. */
  close(): void | Promise<void>
}

/** What a reporter sees of the terminal. */
export interface Output {
  write(text: string): void
}
