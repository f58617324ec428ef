// The format json as the plan makes it.

import type { FormatKind } from '../format.ts'
import { jsonFormat } from './json.ts'
import type { JsonOptions } from './json-spec.ts'

export const jsonKind: FormatKind<JsonOptions> = {
  canonical: () => '',
  create: () => jsonFormat(),
}
