// @ts-check
// Barriers of receiver mode: what is received is stored before anybody is told, in order, once, and by its owner.

const blocks = 'test/sources/kafka/receiver/blocks.test.ts'
const intake = 'test/sources/kafka/receiver/intake-laws.test.ts'
const lane = 'test/sources/kafka/receiver/lane.test.ts'
const select = 'test/sources/kafka/receiver/select-blocks.test.ts'
const source = 'test/sources/kafka/receiver/source.test.ts'
const group = 'test/kafka/receiver/group.test.ts'
const losses = 'test/kafka/receiver/losses.test.ts'
const diskFull = 'test/checkpoint/disk-full.test.ts'

const BUILDER = 'src/sources/kafka/receiver/block-builder.ts'
const INTAKE = 'src/sources/kafka/receiver/intake.ts'
const LIFE = 'src/sources/kafka/receiver/life.ts'
const BLOCK = 'src/block.ts'
const SELECT = 'src/sources/kafka/receiver/select-blocks.ts'
const SOURCE = 'src/sources/kafka/receiver/source.ts'

const alike = 'blocks give the records of the log, however it was cut and however it is read'
const inMidBatch =
  'ReceiverSource without the log, keeps partitions until the batch is done, and drops what is behind it'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const receiverMutants = [
  {
    name: 'told to the group before it is stored',
    file: LIFE,
    find: '    this.#intake.take(blocks, this)\n    if (this.#isLogOn) this.offer(blocks.flatMap((block) => this.#intake.standing(block) ?? []))',
    replace:
      '    this.#commits.offer(blocks.map((block) => ({ ...block, next: block.untilOffset })))\n    this.#intake.take(blocks, this)',
    test: [
      source,
      'ReceiverSource tells the group of nothing that is not stored, and starts a receiver again whose store fails',
    ],
  },
  {
    name: 'position of the group over ours',
    file: LIFE,
    find: 'this.#options.isShared ? await this.#member.committed(added) : new PartitionMap<never>()',
    replace: 'await this.#member.committed(added)',
    test: [
      group,
      'receivers in a group go on at their own positions, whatever the offsets of the group say (log true)',
    ],
  },
  {
    name: 'a stranger in the group overlooked',
    file: LIFE,
    find: 'if (others.length === 0 || this.#options.isShared) return',
    replace: 'if (others.length >= 0) return',
    test: [group, 'receivers in a group that a stranger joins end with exit 75 and its name (log true)'],
  },
  {
    name: 'aborted list dropped from a block',
    file: BUILDER,
    find: 'this.#aborted.push(transaction)',
    replace: '{ /* dropped */ }',
    test: [blocks, alike],
  },
  {
    name: 'batch twice in a block where a rate cuts it',
    file: BUILDER,
    find: 'if (this.isEmpty || batch.untilOffset !== this.#lastUntil) this.#append(batch)',
    replace: 'this.#append(batch)',
    test: [blocks, 'blocks hold the bytes of a batch once, though a rate took it in parts'],
  },
  {
    name: 'block released before its batch is committed',
    file: SOURCE,
    find: '    return yield* this.#reader.read(ranges, this.#limits)',
    replace:
      '    const read = yield* this.#reader.read(ranges, this.#limits)\n    this.#intake.memory?.release(read)\n    return []',
    test: [source, 'ReceiverSource without the log, keeps what it gave until it is committed'],
  },
  {
    name: 'block released that a batch has read in part',
    file: BLOCK,
    find: 'block.untilOffset <= range.untilOffset',
    replace: 'block.fromOffset < range.untilOffset',
    test: [intake, 'MemoryBlocks keep what a batch has not read to its end, and what is behind it'],
  },
  {
    name: 'step that is not recorded',
    file: SELECT,
    find: '      gaps.push({ topic, partition, topicId, fromOffset: next, toOffset: fromOffset, cause: step.cause })\n',
    replace: '',
    test: [select, 'selectBlocks ends a batch before a step, and begins the next one behind it'],
  },
  {
    name: 'step in the middle of a batch',
    file: SELECT,
    find: 'if (ranges.has(block) || moved.has(block) || next !== block.step.fromOffset) {',
    replace: 'if (moved.has(block)) {',
    test: [select, 'selectBlocks ends a batch before a step, and begins the next one behind it'],
  },
  {
    name: 'step without records forgotten',
    file: BUILDER,
    find: 'return !this.isEmpty || this.#step !== null',
    replace: 'return !this.isEmpty',
    test: [losses, 'records that Kafka deletes with nothing behind them are passed by a run up to the end'],
  },
  {
    name: 'block of a partition taken that is owned no more',
    file: INTAKE,
    find: 'const owned = blocks.filter((block) => this.#owners.get(block) === owner)',
    replace: 'const owned = [...blocks]',
    test: [intake, 'Intake takes no block of a partition that belongs to another by now'],
  },
  {
    name: 'hole between blocks in memory',
    file: INTAKE,
    find: '      assertFollows(block, received.get(block) ?? this.#received.get(block)?.next)\n',
    replace: '',
    test: [
      intake,
      'Intake refuses a block that does not follow the one before it, and stores none of those that came with it',
    ],
  },
  {
    name: 'blocks dropped that another has received since',
    file: INTAKE,
    find: 'const owned = partitions.filter((at) => this.#owners.get(at) === owner)',
    replace: 'const owned = [...partitions]',
    test: [intake, 'Intake receives anew what it drops, but leaves alone what another has received since'],
  },
  {
    name: 'partition given up in mid-batch',
    file: SOURCE,
    find: 'if (waiting === null) return run()',
    replace: 'if (waiting === null || waiting.length === 0) return run()',
    test: [source, inMidBatch],
  },
  {
    name: 'blocks kept of a partition that has gone',
    file: LIFE,
    find: 'await this.#options.betweenBatches((saved) => this.#intake.drop(partitions, saved, this))',
    replace: 'await this.#options.betweenBatches(() => {})',
    test: [source, inMidBatch],
  },
  {
    name: 'blocks stored twice after a COMMIT that nobody saw',
    file: 'src/checkpoint/state-file.ts',
    find: 'const known = this.#doubts.blocks ? blocks.filter(isThere(transaction)) : []',
    replace: 'const known: Block[] = []',
    test: [
      diskFull,
      'a full disk that lets nobody see whether blocks were stored stores each once, whatever came between (done)',
    ],
  },
  {
    name: 'gap between blocks in the state file',
    file: 'src/checkpoint/blocks.ts',
    find: '  assertFollows(block, receivedOf(transaction, source, block))\n',
    replace: '',
    test: [
      diskFull,
      'a full disk that lets nobody see whether blocks were stored stores each once, whatever came between (fails)',
    ],
  },
  {
    name: 'leader that comes back not looked for',
    file: 'src/sources/kafka/receiver/lane.ts',
    find: 'if (isAway) yield* this.#outage.retry(() => this.#cluster.refresh(), signal)',
    replace: 'if (!isAway) return',
    test: [lane, 'Lane reads the others while a partition has no leader, and that one when it has one'],
  },
  {
    name: 'rate above the maximum',
    file: 'src/sources/kafka/receiver/lane.ts',
    find: 'const untilOffset = Math.min(batch.untilOffset, next + this.#limiter.available())',
    replace: 'const { untilOffset } = batch',
    test: [lane, 'Lane takes no more than its rate allows, within batches too'],
  },
]
