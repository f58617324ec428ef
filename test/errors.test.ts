import { describe, expect, it } from 'vitest'
import { Exit, throwIfAny } from '../src/errors.ts'

const problems = ['first', 'second', 'third'].map((message) => ({ code: 'E_TEST', message }))

describe('throwIfAny', () => {
  it('passes where there is no problem', () => {
    expect(throwIfAny(Exit.CONFIG, [])).toBeUndefined()
    expect(throwIfAny(Exit.CONFIG, [], 2)).toBeUndefined()
  })

  it('throws all problems at once', () => {
    const all = expect.objectContaining({ exit: 78, code: 'E_TEST', message: 'first', problems })
    expect(() => throwIfAny(Exit.CONFIG, problems)).toThrow(all)
    expect(() => throwIfAny(Exit.CONFIG, problems, 3)).toThrow(all)
  })

  it('throws the first ones, and how many more there are', () => {
    const [first, second] = problems
    const shown = [{ ...first, details: ['and 1 more like it'] }, second]
    expect(() => throwIfAny(Exit.CONFIG, problems, 2)).toThrow(expect.objectContaining({ problems: shown }))
  })
})
