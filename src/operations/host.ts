// What an operation gets from the program that it runs in: the clock, new ids, a place for notices. Operations read the
// clock, randomness and the environment nowhere else.

import type { Holder } from '../checkpoint/index.ts'
import type { Clock } from '../clock.ts'
import type { Notice } from '../notice.ts'

export interface Host {
  readonly clock: Clock
  /** Of sprk. */
  readonly version: string
  /** This process, as the state file names it to other processes that want the file. */
  readonly holder: Holder
  /** A name that nothing else has, for a new state file. */
  newId(): string
  /**
   * Takes what a user may want to know while an operation goes on: a broker that is away, a position left out. Results and
   * failures are the operation's value and error.
   */
  tell(notice: Notice): void
}
