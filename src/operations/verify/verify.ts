// Whether a state file is what the commits of its batches left: read as of one moment, beside a run.

import { codeOf } from '../../checkpoint/faults.ts'
import { toNumber, type View, viewState } from '../../checkpoint/index.ts'
import { MIGRATIONS, SCHEMA } from '../../checkpoint/schema.ts'
import type { Transaction } from '../../checkpoint.ts'
import { Exit, messageOf, SprkError } from '../../errors.ts'
import { readMeta } from '../history/rows.ts'
import { checkBlocks, type InspectBlock } from './blocks.ts'
import { checkDeadLetters } from './dead-letters.ts'
import { checkHistory } from './history.ts'
import { tellPruned } from './pruned.ts'
import type { ReportProblem } from './reports.ts'

export interface Check {
  readonly name: string
  /** What has to be so; null where only `unchecked` says how far it is. */
  readonly law: string | null
  /** What is not; the first ones, then how many more. */
  readonly problems: readonly string[]
  /** What cannot be known. */
  readonly unchecked: readonly string[]
}

/**
 * `inspect`: looks into the bytes of blocks. Throws SprkError: exit 66 where there is no state file, 77 where it may not be opened, 78 for a file of
 * another program.
 */
export function verifyState(path: string, inspect: InspectBlock = () => null): readonly Check[] {
  return viewState(path, (view) => {
    const findings = new Findings()
    findings.check([['file', "SQLite's integrity check finds nothing"]], (report) => checkFile(view, report))
    findings.check([['tables', 'all tables are there, and those with keys have their unique indexes']], (report) => {
      checkTables(view, report)
      checkResultTables(view, report, (line) => findings.leave('tables', line))
    })
    findings.check(HISTORY, (batches, digests, ranges) => {
      tellPruned(view, (name, line) => findings.leave(name, line))
      checkHistory(view, { batches, digests, ranges })
    })
    findings.check([['dead letters', 'each batch has as many as it counted, from its own ranges']], (report) =>
      checkDeadLetters(view, report),
    )
    const follows = 'blocks of a partition follow each other from its position, with the bytes that came from the log'
    findings.check([['blocks', follows]], (report) => checkBlocks(view, inspect, report))
    return findings.checks
  })
}

const HISTORY = [
  ['batches', 'ids have no holes, times are in order, counts fit the ranges'],
  ['digests', 'each batch has the digest of what it says of itself'],
  ['ranges', 'ranges and moves of a partition join without holes, up to its position'],
] as const

const MAX_PROBLEMS = 10

class Findings {
  readonly checks: Check[] = []
  readonly #left = new Map<string, readonly string[]>()

  /** Says of a check what it could not look at. */
  leave(name: string, line: string): void {
    this.#left.set(name, [...(this.#left.get(name) ?? []), line])
  }

  /** One search may be for several checks. */
  check<Laws extends readonly (readonly [name: string, law: string])[]>(
    laws: Laws,
    find: (...reports: { [Law in keyof Laws]: ReportProblem }) => void,
  ): void {
    const lists = laws.map(() => new Problems())
    const reports = lists.map((list) => (problem: string) => list.add(problem))
    try {
      find(...(reports as { [Law in keyof Laws]: ReportProblem })) // map() keeps the length, which its type does not say.
    } catch (error) {
      if (!isOfTheFile(error)) throw error
      if (error instanceof SprkError && CANNOT_BE_OPENED.has(error.exit)) throw error
      for (const report of reports) report(`cannot be read: ${messageOf(error)}`)
    }
    for (const [index, [name, law]] of laws.entries()) {
      this.checks.push({ name, law, problems: lists[index]?.lines() ?? [], unchecked: this.#left.get(name) ?? [] })
    }
  }
}

class Problems {
  readonly #first: string[] = []
  #more = 0

  add(problem: string): void {
    if (this.#first.length < MAX_PROBLEMS) this.#first.push(problem)
    else this.#more++
  }

  lines(): readonly string[] {
    return this.#more === 0 ? this.#first : [...this.#first, `and ${this.#more} more`]
  }
}

/** Then nothing is known of what is in the file. */
const CANNOT_BE_OPENED: ReadonlySet<Exit> = new Set([Exit.PERMISSION, Exit.LOCKED])

/** Not a mistake of ours: SQLite's errors, and values that no sprk writes. */
function isOfTheFile(error: unknown): boolean {
  return error instanceof SprkError || codeOf(error).startsWith('SQLITE_')
}

function checkFile(view: View, report: ReportProblem): void {
  for (const row of view.each('PRAGMA integrity_check')) {
    const said = String(row['integrity_check'])
    if (said !== 'ok') report(said)
  }
}

function checkTables(view: View, report: ReportProblem): void {
  const version = toNumber(view.prepare('PRAGMA user_version').get()?.['user_version'])
  const later = [...MIGRATIONS].filter(([to]) => to > version).flatMap(([, sql]) => tablesOf(sql))
  for (const table of tablesOf(SCHEMA)) {
    if (!later.includes(table) && !hasObject(view, 'table', table)) report(`${table} is missing`)
  }
}

function tablesOf(sql: string): string[] {
  return [...sql.matchAll(/CREATE TABLE (\w+)/g)].map(([, table]) => table as string)
}

function checkResultTables(view: View, report: ReportProblem, leave: (line: string) => void): void {
  for (const { name, indexes } of readMeta(view).results) {
    if (!hasObject(view, 'table', name)) report(`${name} is missing, with the results of the batches`)
    if (indexes === null) leave(`${name}: which unique indexes it needs is known after the next run`)
    for (const index of indexes ?? []) {
      if (!hasObject(view, 'index', index)) report(`${name} has lost its unique index ${index}`)
    }
  }
}

function hasObject(transaction: Transaction, type: 'table' | 'index', name: string): boolean {
  const found = transaction.prepare('SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ? COLLATE NOCASE')
  return found.get(type, name) !== undefined
}
