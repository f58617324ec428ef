// The keys at the top of a pipeline file.

import * as v from 'valibot'
import { component, duration, durationOrForever, parsedText } from '../options.ts'
import { didYouMean } from '../words.ts'

/** The mode of a state file, unless `state.mode` says another. */
export const OWNER_ONLY = 0o600

const transforms = v.optional(
  v.pipe(v.array(component('transforms')), v.description('The steps between source and sink, in order.')),
  [],
)

/** Common file systems take 255 bytes; beside the state file stand others, such as `<name>.new-journal`. */
const MAX_NAME_BYTES = 240

const statePath = v.pipe(
  v.string(),
  v.nonEmpty('must be a path'),
  v.check(hasShortNames, `must be a path of names of at most ${MAX_NAME_BYTES} bytes`),
  v.description('The state file: results, offsets and history. Relative to the pipeline file.'),
)

const sink = component('sinks', { transforms })

/** YAML 1.2 reads 0640 as 640: a mode is taken from its text. */
const fileMode = parsedText('a file mode such as 0640, with read and write for the owner', /^0?o?6[0-7]{2}$/, (text) =>
  /^0?o?6[0-7]{2}$/.test(text) ? Number.parseInt(text.replace('o', ''), 8) : undefined,
)

const LONGEST_DAYS = 36_500

function retention() {
  const longest = LONGEST_DAYS * 86_400_000
  return v.pipe(
    durationOrForever(),
    v.minValue(60_000, 'must be at least 1m'),
    v.check((ms) => ms <= longest || ms === Infinity, `must be at most ${LONGEST_DAYS}d\n\`forever\` keeps everything`),
  )
}

export const pipelineKeys = v.object({
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -\nfor example `city-counts`'),
    v.description("The pipeline's name, the identity of its state."),
  ),
  source: v.pipe(component('sources'), v.description('Where records come from.')),
  transforms,
  sink: v.pipe(
    v.union([sink, v.pipe(v.array(sink), v.minLength(1, 'must name at least one sink'))]),
    v.description('Where rows go: a sink, or a list of sinks.'),
  ),
  batchInterval: v.optional(
    v.pipe(
      duration(),
      v.minValue(10, 'must be at least 10ms'),
      v.maxValue(86_400_000, 'must be at most 24h'),
      v.description('How often a micro-batch begins while there is no backlog: `500ms`, `2s`, `1m`; by default `1s`.'),
    ),
    1000,
  ),
  timeZone: v.optional(
    v.pipe(
      v.string(),
      v.check(isTimeZone, ({ input }) => `must be an IANA time zone\n${timeZoneHint(input)}`),
      v.description('The time zone of expressions: an IANA name such as `Europe/Berlin`.'),
    ),
    'UTC',
  ),
  onError: v.optional(
    v.pipe(
      v.picklist(['fail', 'skip', 'deadLetter']),
      v.description(
        'What becomes of a record that cannot be read or transformed: fail stops the run, deadLetter keeps it in sprk_dead_letters, skip only counts it.',
      ),
    ),
    'fail',
  ),
  retain: v.optional(
    v.pipe(
      v.object({
        batches: v.optional(
          v.pipe(
            retention(),
            v.description(
              'How long the history keeps a batch: `30d`, `12h`, `forever`. The newest 10,000 batches always stay.',
            ),
          ),
        ),
        deadLetters: v.optional(
          v.pipe(retention(), v.description('How long a dead letter is kept: `90d`, `12h`, `forever`.')),
        ),
      }),
      v.description(
        'How long the history and dead letters are kept; by default 30d and 90d in a new state file, forever in one that an earlier version made.',
      ),
    ),
  ),
  state: v.optional(
    v.pipe(
      v.union([
        statePath,
        v.object({
          path: v.optional(statePath),
          mode: v.optional(
            v.pipe(fileMode, v.description('The file mode of a new state file; by default 0600.')),
            OWNER_ONLY,
          ),
        }),
      ]),
      v.description(
        'The state file, or its path and mode; by default the name of the pipeline with .db, beside the pipeline file.',
      ),
    ),
  ),
})

export type PipelineKeys = v.InferOutput<typeof pipelineKeys>

function hasShortNames(path: string): boolean {
  return path.split('/').every((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES)
}

function isTimeZone(name: string): boolean {
  // Intl costs a start 20 ms, and most pipelines do without.
  if (name === 'UTC') return true
  // Later versions of Node would take offsets too.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function timeZoneHint(name: string): string {
  const near = didYouMean(name, Intl.supportedValuesOf('timeZone'))
  return near === undefined ? 'for example `Europe/Berlin`' : `did you mean \`${near}\`?`
}
