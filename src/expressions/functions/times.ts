// Functions of dates and times, by theme.

import type { Entry } from './definition.ts'
import { timeArithmeticFunctions } from './times-arithmetic.ts'
import { clockFunctions } from './times-clock.ts'
import { fieldFunctions } from './times-fields.ts'
import { intervalFunctions } from './times-intervals.ts'
import { makeTimeFunctions } from './times-make.ts'
import { timeTextFunctions } from './times-text.ts'
import { truncFunctions } from './times-trunc.ts'
import { unitFunctions } from './times-units.ts'
import { unixFunctions } from './times-unix.ts'
import { zoneFunctions } from './times-zones.ts'

export function timeFunctions(): readonly Entry[] {
  return [
    ...truncFunctions(),
    ...fieldFunctions(),
    ...timeArithmeticFunctions(),
    ...unitFunctions(),
    ...makeTimeFunctions(),
    ...intervalFunctions(),
    ...zoneFunctions(),
    ...unixFunctions(),
    ...timeTextFunctions(),
    ...clockFunctions(),
  ]
}
