// @ts-check
// Barriers of the mirror: told after the state file, and never over what others have brought further.

const compare = 'test/sources/kafka/compare-offsets.test.ts'
const mirror = 'test/sources/kafka/mirror.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const mirrorMutants = [
  {
    name: 'mirror told before the commit',
    file: 'src/execution/execute.ts',
    find: 'yield* this.#write(() => this.#checkpoint.commit(batch, write))',
    replace: 'this.#mirror?.offer([]); yield* this.#write(() => this.#checkpoint.commit(batch, write))',
    test: ['test/execution/mirror.test.ts', 'a mirror hears nothing of a batch that is not committed'],
  },
  {
    name: 'mirror not waited for where a batch fails',
    file: 'src/execution/execute.ts',
    find: 'yield* execution.settle()\n    if (reason === null) throw error',
    replace: 'if (reason === null) throw error',
    test: ['test/execution/mirror.test.ts', 'a mirror is waited for where a later batch fails, too'],
  },
  {
    name: 'others that are ahead are set back',
    file: 'src/sources/kafka/compare-offsets.ts',
    find: 'else if (!isOurs && difference.committed > position.next) ahead.push(difference)',
    replace: 'else if (false) ahead.push(difference)',
    test: [compare, 'does not set back others'],
  },
  {
    name: 'offsets of our own never go back',
    file: 'src/sources/kafka/compare-offsets.ts',
    find: 'else if (!isOurs && difference.committed > position.next) ahead.push(difference)',
    replace: 'else if (difference.committed > position.next) ahead.push(difference)',
    test: [compare, 'goes back over its own'],
  },
  {
    name: 'group not looked at before it is written',
    file: 'src/sources/kafka/mirror.ts',
    find: 'await this.#group.read(positions)',
    replace: 'new Map()',
    test: [mirror, "KafkaMirror never sets back others' offsets, and says so when they have been ahead for a while"],
  },
  {
    name: 'refusal for the sake of members not noticed',
    file: 'src/kafka/group/group-offsets.ts',
    find: 'if (HAS_MEMBERS.has(code)) {',
    replace: 'if (HAS_MEMBERS.has(code)) return; if (code < -1) {',
    test: ['test/kafka/group/group-offsets.test.ts', 'GroupOffsets says that the group has members (error 25)'],
  },
  {
    name: 'written as a member of the group',
    file: 'src/kafka/protocol/offset-commit.ts',
    find: 'STRANGER: Committer = { generation: -1,',
    replace: 'STRANGER: Committer = { generation: 0,',
    test: [
      'test/kafka/protocol/group-requests.test.ts',
      'OffsetCommit writes as nobody of the group, with the epochs that are known',
    ],
  },
]
