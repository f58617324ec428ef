import { describe, expect, test } from 'vitest'
import { csvLine, parseOffsets } from '../../../src/operations/offsets/csv.ts'

const parse = (text: string) => {
  const { offsets, problems } = parseOffsets('o.csv', text)
  return {
    offsets: offsets.map(({ topic, partition, offset }) => [topic, partition, offset]),
    problems: problems.map(({ place, message }) => `${place?.line}: ${message}`),
  }
}

describe('offsets as CSV', () => {
  test('are read as kafka-consumer-groups writes them, with or without a header, comments and Windows line ends', () => {
    const offsets = [
      ['events', 0, 42],
      ['events', 1, 7],
    ]
    expect(parse('events,0,42\nevents,1,7\n')).toEqual({ offsets, problems: [] })
    expect(parse('\ufeffTopic, Partition, Offset\r\n# by hand\r\n\r\n"events", 0 , 42\r\nevents,1,7')).toEqual({
      offsets,
      problems: [],
    })
  })

  test('go through a file unchanged, whatever a name holds', () => {
    const rows = [
      ['a,b "c"', 0, 1],
      ['data/ä#1.txt', 12, 9_007_199_254_740_991],
    ]
    expect(parse(rows.map((row) => `${csvLine(row)}\n`).join(''))).toEqual({ offsets: rows, problems: [] })
  })

  test.each([
    ['events,0\n', '1: events,0: a line is topic,partition,offset'],
    ['events,0,42\nevents,x,1\n', '2: events,x,1: a line is'],
    ['events,0,-1\n', '1: events,0,-1: a line is'],
    ['events,0,9007199254740993\n', '1: events,0,9007199254740993: a line is'],
    ['ev"ents,0,42\n', '1: ev"ents,0,42: a line is'],
    ['group,events,0,42\n', '1: group,events,0,42: a line is'],
    ['events,0,42\nevents,0,43\n', '2: events/0 is in line 1 already'],
    ['events,0,1\ntopic,partition,offset\n', '2: topic,partition,offset: a line is'],
    ['# nothing\n', '1: there are no offsets'],
    ['', '1: there are no offsets'],
  ])('refuse %j', (text, problem) => {
    expect(parse(text).problems).toEqual([expect.stringContaining(problem)])
  })
})
