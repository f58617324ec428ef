// What an operation gets from the program that it runs in: time, names and an ear. Nothing below reads them elsewhere.

import type { Holder } from '../checkpoint/index.ts'
import type { Clock } from '../clock.ts'
import type { Notice } from '../notice.ts'

export interface Host {
  readonly clock: Clock
  /** Of sprk. */
  readonly version: string
  /** This process, as it is shown to others that want a state file which it holds. */
  readonly holder: Holder
  /** A name that nothing else has, for a new state file. */
  newId(): string
  /** Takes what is worth knowing while an operation goes on. The result of the operation is told by its value or error. */
  tell(notice: Notice): void
}
