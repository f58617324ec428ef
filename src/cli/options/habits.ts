// Words that people bring from Kafka's tools and from others, and what says the same here.

const FROM_PIPELINE = 'the brokers stand in the pipeline file; `--set source.kafka.brokers=host:9092` overrides them'
const FROM_STATE = "a pipeline's offsets are in its state file, not in a group: name the pipeline file instead"

const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['--to-current', 'what is not named stays where it is; `sprk offsets show <pipeline>` prints where that is'],
  ['--group', FROM_STATE],
  ['--all-groups', FROM_STATE],
  ['--bootstrap-server', FROM_PIPELINE],
  ['--broker-list', FROM_PIPELINE],
  ['--command-config', 'tls and sasl stand in the pipeline file, under `source.kafka`'],
  ['--reset-offsets', '`sprk offsets reset <pipeline>`'],
  ['--describe', '`sprk offsets show <pipeline>`'],
  ['--from-beginning', '`--set source.kafka.startingOffsets=earliest`, or `sprk replay <pipeline>`'],
  ['--max-messages', '`--set source.kafka.maxRecordsPerBatch=1000` bounds a batch, `--max-batches` a run'],
  ['--config', 'the pipeline file is an argument: `sprk run <pipeline>`'],
  ['--max-refused', '--max-rejects'],
])

const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['lint', 'sprk validate <pipeline>'],
  ['check', 'sprk validate <pipeline>'],
  ['start', 'sprk run <pipeline>'],
  ['plan', 'sprk explain <pipeline>'],
  ['lag', 'sprk status <pipeline>'],
  ['describe', 'sprk offsets show <pipeline>'],
  ['reset', 'sprk offsets reset <pipeline>'],
  ['restore', 'a backup is a state file: copy it to where the pipeline file names it, while no run works on it'],
])

/** What does it here; undefined for words that are only misspelt. */
export function habitHint(message: string): string | undefined {
  const [, kind, word = ''] = /^unknown (option|command) '([^'=]+)/.exec(message) ?? []
  if (kind === undefined) return undefined
  return kind === 'option' ? OPTIONS.get(word) : COMMANDS.get(word)
}
