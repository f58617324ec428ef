// Types as functions, which are casts: date(x), string(x), int(x).

import {
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  FLOAT,
  INT,
  SMALLINT,
  STRING,
  TIMESTAMP,
  TINYINT,
} from '../../types.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Entry } from './definition.ts'

export function castFunctions(): readonly Entry[] {
  const decimal: DataType = { kind: 'decimal', precision: 10, scale: 0 }
  return [
    ...[BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, decimal, STRING, BINARY, DATE, TIMESTAMP].map(
      (to): Entry => [
        to.kind,
        {
          least: 1,
          most: 1,
          analyse: ({ args, start, end }, context) =>
            context.analyse({ kind: 'cast', operand: args[0] as Syntax, to, lenient: false, start, end }, context),
        },
      ],
    ),
  ]
}
