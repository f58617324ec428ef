import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { type Column, stringAt, Tag, type Variant, type VariantColumn, valueAt } from '../../../src/column.ts'
import { jsonFormat } from '../../../src/formats/json/format.ts'
import { chunkOf, collectRejects } from '../../support/chunk.ts'
import { javascript, wasm } from '../../support/json-scanner.ts'
import { jsonTexts, PATHS } from '../../support/json-texts.ts'
import { randomFrom } from '../../support/random.ts'

/** Of one seed: readers see these texts and no others. */
const ROUND = 2000
const TEXTS = Number(process.env['SPRK_FUZZ_TEXTS'] ?? (process.env['SPRK_TEST_FULL'] === '1' ? 300_000 : 20_000))
const SEED = Number(process.env['SPRK_FUZZ_SEED'] ?? 20261121)

test(`both scanners agree with JSON.parse on ${TEXTS} mutated texts`, { timeout: 2 ** 31 - 1 }, () => {
  const seen = { valid: 0, refused: 0 }
  for (let done = 0, seed = SEED; done < TEXTS; done += ROUND, seed++) {
    try {
      compareRound(seed, Math.min(ROUND, TEXTS - done), seen)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new Error(`${message}\nagain with: npm run fuzz -- ${ROUND} --seed ${seed}`)
    }
  }
  expect(seen.valid).toBeGreaterThan(TEXTS / 10)
  expect(seen.refused).toBeGreaterThan(TEXTS / 10)
})

function compareRound(seed: number, count: number, seen: { valid: number; refused: number }): void {
  const nextText = jsonTexts(seed)
  const random = randomFrom(~seed)
  const requests = PATHS.map((path) => ({ path }))
  const fast = jsonFormat(wasm).open(requests)
  const plain = jsonFormat(javascript).open(requests)
  for (let done = 0; done < count; ) {
    const texts = Array.from({ length: Math.min(1 + Math.floor(random() * 200), count - done) }, nextText)
    const around = () => ({ key: random() < 0.5 ? null : '"', headers: random() < 0.5 ? [] : ([['}', '"']] as const) })
    const chunk = chunkOf(texts.map((value) => ({ value: random() < 0.01 ? null : value, ...around() })))
    const rejects = collectRejects()
    const columns = fast.read(chunk, rejects) as VariantColumn[]
    const otherRejects = collectRejects()
    const others = plain.read(chunk, otherRejects) as VariantColumn[]
    if (!isDeepStrictEqual(rejects.all, otherRejects.all)) throw new Error('the scanners refuse other records')
    texts.forEach((text, row) => {
      if (!columns.every((column, i) => isSame(column, others[i] as VariantColumn, row)))
        throw new Error(`read otherwise by the scanner in JavaScript: ${shown(text)}`)
      if ((chunk.valueEnds[row] as number) < 0) return
      const wanted = wantedFields(text)
      seen[wanted === null ? 'refused' : 'valid']++
      const [reject] = rejects.all.get(row) ?? []
      // Judged before it is known whether a later equal key replaces the string: only here JSON.parse knows more.
      if (reject?.message.includes('lone surrogate') && wanted !== null && /\\u[dD][89a-fA-F]/.test(text.toString()))
        return
      if ((reject !== undefined) !== (wanted === null))
        throw new Error(`judged otherwise by JSON.parse: ${shown(text)}`)
      if (!agrees(columns, row, wanted)) throw new Error(`read otherwise by JSON.parse: ${shown(text)}`)
    })
    done += texts.length
  }
}

/** Tags, ids, spans and texts. */
function isSame(a: VariantColumn, b: VariantColumn, row: number): boolean {
  if (a.tags[row] !== b.tags[row] || a.ids?.[row] !== b.ids?.[row]) return false
  if (a.tags[row] === Tag.NULL) return true
  const isSpanSame = a.spans?.starts[row] === b.spans?.starts[row] && a.spans?.ends[row] === b.spans?.ends[row]
  return isSpanSame && a.textAt(row) === b.textAt(row) && stringAt(a, row) === a.textAt(row)
}

function agrees(columns: readonly Column[], row: number, wanted: readonly unknown[] | null): boolean {
  return columns.every((column, i) => {
    const value = valueAt(column, row) as Variant | null
    return isDeepStrictEqual(value === null ? null : plainValue(value), wanted?.[i] ?? null)
  })
}

function plainValue(value: Variant): unknown {
  return value.tag === Tag.STRING ? value.text : JSON.parse(value.text)
}

/** Bytes that are no text, too. */
function shown(text: Buffer): string {
  return `${JSON.stringify(text.toString())} (${text.toString('hex')})`
}

/** What a reader has to give for a record; null where it has to be refused. */
function wantedFields(text: Buffer): unknown[] | null {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text))
  } catch {
    return null
  }
  if (!isObject(value)) return null
  const fields = PATHS.map((path) => path.reduce(member, value))
  return fields.some((field) => typeof field === 'string' && /\p{Surrogate}/u.test(field)) ? null : fields
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
