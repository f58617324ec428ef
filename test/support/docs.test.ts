import { describe, expect, it } from 'vitest'
import { blocksOf, commandsOf, isShown, preparationOf } from './docs.ts'

describe('blocksOf', () => {
  it('finds blocks with their language and line', () => {
    expect(blocksOf('a\n```yaml\nx: 1\n\ny: 2\n```\nb\n~~~\nc\n~~~\n')).toEqual([
      { language: 'yaml', text: 'x: 1\n\ny: 2\n', line: 2 },
      { language: '', text: 'c\n', line: 8 },
    ])
  })

  it('takes the indentation of a list off', () => {
    expect(blocksOf('1. a\n   ```sh\n   if\n     then\n   ```\n')).toEqual([
      { language: 'sh', text: 'if\n  then\n', line: 2 },
    ])
  })

  it('keeps a shorter fence inside a longer one', () => {
    expect(blocksOf('````text\n```yaml\n```\n````\n')).toEqual([{ language: 'text', text: '```yaml\n```\n', line: 1 }])
  })
})

describe('preparationOf', () => {
  it('reads topics and variables', () => {
    const markdown =
      '<!-- test: topic a -->\n<!-- test: topic b 3 in.ndjson -->\n<!-- test: env X=1=2 -->\n<!-- other -->'
    expect(preparationOf(markdown)).toEqual({
      topics: [
        { name: 'a', partitions: 1, file: undefined, line: 1 },
        { name: 'b', partitions: 3, file: 'in.ndjson', line: 2 },
      ],
      env: { X: '1=2' },
    })
  })
})

describe('commandsOf', () => {
  it('splits commands from what they print', () => {
    expect(commandsOf({ language: 'console', line: 1, text: '$ a\n1\n2\n$ b \\\n  c\n\n$ d\n' })).toEqual([
      { command: 'a', expected: '1\n2\n' },
      { command: 'b \\\n  c', expected: '\n' },
      { command: 'd', expected: '' },
    ])
  })
})

describe('isShown', () => {
  it.each([
    ['a\nb\n', 'a\nb\n'],
    ['', '\n'],
    ['a\n...\nd\n', 'a\nb\nc\nd\n'],
    ['a\n...\nd\n', 'a\nd\n'],
    ['took ... ms (1+1)\n', 'took 17 ms (1+1)  \n'],
  ])('%j shows %j', (expected, actual) => {
    expect(isShown(expected, actual)).toBe(true)
  })

  it.each([
    ['a\n', 'a\nb\n'],
    ['', 'a\n'],
    ['a.c\n', 'abc\n'],
    ['a\n...\nd\n', 'a\nb\n'],
  ])('%j does not show %j', (expected, actual) => {
    expect(isShown(expected, actual)).toBe(false)
  })
})
