// @ts-check
// Stores what the assignors of the Java client give random groups, and the bytes in which its members write to each other:
// test/kafka/group/assignors.json.
//
//   node scripts/golden/assignors.mjs      needs Java 17 and Kafka's jars

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { kafkaJars } from '../kafka/jars.mjs'

const CASES = 400
const SUBSCRIPTIONS = 20

const file = fileURLToPath(new URL('../../test/kafka/group/assignors.json', import.meta.url))
const java = fileURLToPath(new URL('AskAssignors.java', import.meta.url))
const jars = await kafkaJars((text) => process.stderr.write(`${text}\n`))

/** @typedef {{ id: string, instance: string, generation: number, topics: string[], owned: string[] }} Member */
/** @typedef {{ topics: Record<string, number>, members: Member[] }} Case */

/** @param {number} below */
const chance = (below) => Math.floor(Math.random() * below)

/** @template T @param {readonly T[]} items @returns {T} */
const oneOf = (items) => /** @type {T} */ (items[chance(items.length)])

/** At least one: the Java client's sticky assignor gives partitions to members without topics. @param {string[]} names */
function someOf(names) {
  const some = names.filter(() => chance(2) === 0)
  return some.length > 0 ? some : [oneOf(names)]
}

/** @returns {Case} */
function randomCase() {
  const names = ['a', 'b', 'c', 'd'].slice(0, 1 + chance(4))
  const topics = Object.fromEntries(names.map((name) => [name, chance(8)]))
  const isEqual = chance(2) === 0
  const isStatic = chance(3) === 0
  /** @type {Member[]} */
  const members = Array.from({ length: 1 + chance(6) }, (_, i) => ({
    id: `m${chance(1000)}-${i}`,
    instance: isStatic && chance(2) === 0 ? `s${9 - i}` : '-',
    generation: oneOf([5, 5, 5, 5, 4, -1]),
    topics: isEqual ? names : someOf(names),
    owned: [],
  }))
  const claims = oneOf([0, 0.7, 1])
  for (const topic of names) {
    const readers = members.filter((member) => member.topics.includes(topic) && member.generation >= 0)
    for (let n = 0; n < (topics[topic] ?? 0) && readers.length > 0; n++) {
      if (Math.random() < claims) oneOf(readers).owned.push(`${topic}/${n}`)
      if (chance(30) === 0) oneOf(readers).owned.push(`${topic}/${n}`)
    }
  }
  for (const member of members) member.owned = [...new Set(member.owned)]
  return { topics, members }
}

/** @param {readonly string[]} items */
const list = (items) => (items.length === 0 ? '-' : items.join('+'))
/** @param {Member} member */
const memberText = ({ id, instance, generation, topics, owned }) =>
  [id, instance, generation, list(topics), list(owned)].join()
/** @param {Case} each */
const caseText = ({ topics, members }) =>
  `${Object.entries(topics).map(([topic, count]) => `${topic}:${count}`)} ${members.map(memberText).join(';')}`

/** @param {readonly string[]} lines */
function ask(lines) {
  const args = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=off', '-cp', `${jars}/*`, java]
  const { status, stdout, stderr } = spawnSync('java', args, { input: lines.join('\n'), encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trimEnd().split('\n')
}

/** @param {string} line @returns {Record<string, string[]>} */
function assigned(line) {
  const pairs = line.split(';').map((each) => each.split('='))
  return Object.fromEntries(pairs.map(([id, keys]) => [id, keys === '-' ? [] : keys?.split('+')]))
}

const cases = Array.from({ length: CASES }, randomCase)
const first = ask(cases.map(caseText))
const sticky = cases.map((_, i) => assigned(first[2 * i + 1] ?? ''))
/** What the members ask for who have given up what they had to. */
const later = cases.map(({ topics, members }, i) => {
  return { topics, members: members.map((each) => ({ ...each, generation: 6, owned: sticky[i]?.[each.id] ?? [] })) }
})
const second = ask(later.map(caseText))
const writers = cases.flatMap(({ members }) => members).slice(0, SUBSCRIPTIONS)
const bytes = ask(writers.flatMap((member) => [`S ${memberText(member)}`, `A ${memberText(member)}`]))
const content = {
  cases: cases.map((each, i) => ({
    ...each,
    range: assigned(first[2 * i] ?? ''),
    sticky: assigned(second[2 * i + 1] ?? ''),
  })),
  bytes: writers.map((member, i) => ({ ...member, subscription: bytes[2 * i], assignment: bytes[2 * i + 1] })),
}
const lines = (/** @type {object[]} */ items) => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')
writeFileSync(file, `{\n  "cases": [\n${lines(content.cases)}\n  ],\n  "bytes": [\n${lines(content.bytes)}\n  ]\n}\n`)
process.stdout.write(`${CASES} groups, ${writers.length} members\n`)
