import { expect, test } from 'vitest'
import { sprk } from '../../support/offsets.ts'
import { pipelineFile } from '../../support/pipeline-file.ts'

test('options of --diff are refused without it', async () => {
  const { path } = pipelineFile({ topic: 'none' })
  for (const [options, words] of [
    [['--exact'], '--exact is for --diff'],
    [['--examples', '5'], '--examples is for --diff'],
    [['-o', 'json'], '-o json is for --diff; --json prints an object for each batch'],
  ] as const) {
    const { code, stderr } = await sprk('replay', path, ...options)
    expect([code, stderr.split('\n')[0]]).toEqual([64, `sprk: error[E_USAGE]: ${words}`])
  }
})
