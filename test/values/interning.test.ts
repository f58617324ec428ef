import { describe, expect, test } from 'vitest'
import { createDictionary, mixByte } from '../../src/values/interning.ts'

const intern = (dictionary: ReturnType<typeof createDictionary>, text: string, hash?: number): number => {
  const bytes = Buffer.from(text)
  return dictionary.intern(hash ?? bytes.reduce(mixByte, 0), bytes, 0, bytes.length)
}

describe('dictionary', () => {
  test('numbers strings in the order of their first appearance', () => {
    const dictionary = createDictionary()
    expect(['b', 'a', '', 'b', 'São', 'a', ''].map((text) => intern(dictionary, text))).toEqual([0, 1, 2, 0, 3, 1, 2])
    expect([0, 1, 2, 3].map((id) => dictionary.text(id))).toEqual(['b', 'a', '', 'São'])
    expect(dictionary.size).toBe(4)
  })

  test('tells strings of equal hash apart', () => {
    const dictionary = createDictionary()
    expect(['Aa', 'BB', 'Aa', 'BB', 'A'].map((text) => intern(dictionary, text, 7))).toEqual([0, 1, 0, 1, 2])
  })

  test('leaves strings out that are made to collide, and keeps those it has', () => {
    const dictionary = createDictionary()
    const ids = Array.from({ length: 1000 }, (_, i) => intern(dictionary, `x${i}`, 7))
    expect(ids.filter((id) => id < 0).length).toBeGreaterThan(900)
    expect(intern(dictionary, 'x0', 7)).toBe(0)
  })

  test('takes 65,536 strings and no more', () => {
    const dictionary = createDictionary()
    const ids = Array.from({ length: 65_536 }, (_, i) => intern(dictionary, `user-${i}`))
    const inOrder = ids.filter((id) => id >= 0)
    expect(inOrder).toEqual(inOrder.map((_, i) => i))
    expect(dictionary.size).toBe(65_536)
    expect([0, 40_000, 65_535].map((id) => dictionary.text(id))).toEqual(['user-0', 'user-40000', 'user-65535'])
    expect(dictionary.full).toBe(false)
    expect(intern(dictionary, 'one more')).toBe(-1)
    expect(dictionary.full).toBe(true)
    expect([0, 7, 65_535].map((i) => intern(dictionary, `user-${i}`))).toEqual([0, 7, 65_535])
  })
})
