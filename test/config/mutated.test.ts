import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { formatError } from '../../src/cli/print/error.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { SprkError } from '../../src/errors.ts'
import { checkPart, compilePlan } from '../../src/plan/compile.ts'
import type { ReadablePart } from '../../src/spec.ts'
import { randomFrom } from '../support/random.ts'

const file = 'city-counts.yaml'
const original = readFileSync(new URL(`../../pipelines/${file}`, import.meta.url), 'utf8')
const folder = new URL('mistakes/', import.meta.url)
/** Wrong in many ways before they are mutated: what is left of each is checked all the same. */
const mistakes = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
const PIECES = [
  ...['\n', '\r\n', ' ', '  ', '\t', '- ', ': ', ':', '#', "'", '"', '{', '}', '[', ']', ',', '(', ')', '`', '\\', '%'],
  ...['&a ', '*a', '!', '!!str ', '|', '>-\n', '?', '---\n', '<<', '${X}', '${', '$${', 'null', '~', '1', '-1', '1e9'],
  ...['__proto__', 'constructor', 'é', '😀', '\u2028', '\0'],
]

it('answers 1,000 mutated pipeline files with a plan or with problems that have places', () => {
  const random = randomFrom(3)
  let refused = 0
  for (let i = 0; i < 1000; i++) {
    const text = mutated(i % 2 === 0 ? original : (mistakes[(i >> 1) % mistakes.length] as string), random)
    try {
      const checkReadable = (part: ReadablePart) => checkPart(part, kinds)
      compilePlan(loadPipeline(text, { file, env: {}, set: [], kinds: kinds, checkReadable }), kinds)
    } catch (error) {
      if (!(error instanceof SprkError)) throw new Error(JSON.stringify(text), { cause: error })
      const isPlaced = error.problems.every(({ place }) => place !== undefined && place.line > 0 && place.column > 0)
      expect(isPlaced, JSON.stringify(text)).toBe(true)
      expect(formatError(error, { source: new Map([[file, text]]), color: false })).toContain(`${file}:`)
      refused++
    }
  }
  // Some mutations change nothing that matters.
  expect(refused).toBeGreaterThan(800)
  expect(refused).toBeLessThan(1000)
})

/** One to three pieces taken out, put in or moved. */
function mutated(original: string, random: () => number): string {
  let text = original
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    const at = Math.floor(random() * text.length)
    const length = 1 + Math.floor(random() * 8)
    const [before, after] = [text.slice(0, at), text.slice(at)]
    const choice = random()
    if (choice < 0.3) text = before + after.slice(length)
    else if (choice < 0.8) text = before + PIECES[Math.floor(random() * PIECES.length)] + after
    else text = before + text.slice(Math.floor(random() * text.length)).slice(0, length * 4) + after
  }
  return text
}
