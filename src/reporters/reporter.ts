// What takes the progress of a run and tells it.

import type { Progress } from '../progress.ts'

/** Laws: `report` neither throws nor waits; whoever made the reporter closes it, once, after the last report. */
export interface Reporter {
  report(progress: Progress): void
  /** Also called where the run failed, before the error is printed. Frees what the reporter holds; never throws. */
  close(): void | Promise<void>
}

/** What a reporter sees of the terminal. */
export interface Output {
  write(text: string): void
}
