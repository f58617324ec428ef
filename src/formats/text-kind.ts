// The format text as the plan makes it.

import type { FormatKind } from '../format.ts'
import { textFormat } from './text.ts'
import type { TextOptions } from './text-spec.ts'

export const textKind: FormatKind<TextOptions> = {
  canonical: () => '',
  create: () => textFormat(),
}
