import { expect, it } from 'vitest'
import { canonical } from '../../../src/expressions/syntax/canonical.ts'
import { parseExpression } from '../../../src/expressions/syntax/parser.ts'
import type { Syntax } from '../../../src/expressions/syntax/tree.ts'
import { random } from '../support.ts'
import { randomTree } from './random-tree.ts'
import { shape } from './shape.ts'

const TREES = process.env['SPRK_TEST_FULL'] === '1' ? 100_000 : 3000
/** Another one with SPRK_TEST_SEED. */
const SEED = Number(process.env['SPRK_TEST_SEED'] ?? 20261130)

it('prints every tree as a text that reads as it', () => {
  for (let i = 0; i < TREES; i++) {
    const seed = SEED + i
    const tree = randomTree(random(seed), 1 + (i % 4))
    const text = canonical(tree)
    const again = read(text, seed)
    expect(shape(again), `SPRK_TEST_SEED=${seed}: ${text}`).toEqual(shape(tree))
    expect(canonical(again), `SPRK_TEST_SEED=${seed}`).toBe(text)
  }
})

function read(text: string, seed: number): Syntax {
  try {
    return parseExpression(text)
  } catch (error) {
    throw new Error(`SPRK_TEST_SEED=${seed}: ${text}: ${error instanceof Error ? error.message : error}`)
  }
}
