// Words that people bring from Kafka's tools and from others, and what says the same here.

const FROM_PIPELINE = 'the brokers stand in the pipeline file; `--set source.kafka.brokers=host:9092` overrides them'
const FROM_STATE = "a pipeline's offsets are in its state file, not in a group: name the pipeline file instead"

const FILE = 'the pipeline file is an argument: `sprk run <pipeline>`'
const IN_FRONT = 'a run stays in the foreground; docs/running.md has systemd, cron and containers'
const TOPICS = "topics are made, filled and read with Kafka's tools or kcat: docs/install.md"

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
  ['--config', FILE],
  ['--max-refused', '--max-rejects'],
  ['--dry-run', '`sprk validate <pipeline>` checks the file; `sprk replay <pipeline> --diff` compares results'],
  ['--from-batch', 'a range is named by --from-offset and --to-offset, or by --from-time and --to-time'],
  ['--to-batch', 'a range is named by --from-offset and --to-offset, or by --from-time and --to-time'],
  ['--log-level', '--verbose prints more, --quiet less'],
  ['--debug', '--verbose prints more, --quiet less'],
  ['--state', '`--set state=FILE`'],
  ['--interval', '`--set batchInterval=5s`'],
  ['--file', FILE],
  ['--pipeline', FILE],
  ['--detach', IN_FRONT],
  ['--daemon', IN_FRONT],
])

const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['lint', 'sprk validate <pipeline>'],
  ['check', 'sprk validate <pipeline>'],
  ['start', 'sprk run <pipeline>'],
  ['plan', 'sprk explain <pipeline>'],
  ['lag', 'sprk status <pipeline>'],
  ['describe', 'sprk offsets show <pipeline>'],
  ['reset', 'sprk offsets reset <pipeline>'],
  ['list', 'sprk status <pipeline>'],
  ['ps', 'sprk status <pipeline>'],
  ['top', 'sprk status <pipeline>'],
  ['test', '`sprk validate <pipeline>`; docs/cookbook.md tries a pipeline on a file'],
  ['create', 'a pipeline file is written by hand: docs/cookbook.md has some to begin with'],
  ['init', 'a pipeline file is written by hand: docs/cookbook.md has some to begin with'],
  ['stop', 'a run stops on Ctrl-C, or when its process is sent SIGTERM'],
  ['topic', TOPICS],
  ['topics', TOPICS],
  ['produce', TOPICS],
  ['consume', TOPICS],
  ['sprk offsets list', 'sprk offsets show <pipeline>'],
  ['sprk offsets get', 'sprk offsets show <pipeline>'],
  ['sprk offsets set', 'sprk offsets reset <pipeline>'],
  ['sprk offsets move', 'sprk offsets reset <pipeline>'],
  ['sprk dead-letters show', 'sprk dead-letters list <pipeline>'],
  ['sprk dead-letters get', 'sprk dead-letters list <pipeline>'],
  ['restore', 'a backup is a state file: copy it to where the pipeline file names it, while no run works on it'],
])

/** What does it here; undefined for words that are only misspelt. `command`: the words of the one that got it, sprk first. */
export function habitHint(message: string, command: string): string | undefined {
  const [, kind, word = ''] = /^unknown (option|command) '([^'=]+)/.exec(message) ?? []
  if (kind === undefined) return undefined
  return kind === 'option' ? OPTIONS.get(word) : COMMANDS.get(command === 'sprk' ? word : `${command} ${word}`)
}
