// @ts-check
// Writes the tables of functions in docs/expressions.md from scripts/functions/*.txt: npm run functions.
//
// A line of those files is a function: signature, example, result, type, class of Spark, sentence, with a tab between them.
// The first line is the family's title behind `# `. test/expressions/docs.test.ts runs the examples.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const folder = new URL('functions/', import.meta.url)
const document = new URL('../docs/expressions.md', import.meta.url)
const [BEGIN, END] = ['<!-- functions: npm run functions -->', '<!-- end of functions -->']

/**
 * @typedef {{ signature: string, example: string, result: string, type: string, source: string, sentence: string }} Line
 * @returns {{ title: string, lines: Line[] }[]} The families, in the order of their titles.
 */
export function families() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => family(readFileSync(new URL(name, folder), 'utf8')))
    .sort((a, b) => (a.title < b.title ? -1 : 1))
}

/** @param {string} text */
function family(text) {
  const [title = '', ...lines] = text.trimEnd().split('\n')
  return {
    title: title.replace(/^# /, ''),
    lines: lines.map((line) => {
      const [signature = '', example = '', result = '', type = '', source = '', sentence = ''] = line.split('\t')
      return { signature, example, result, type, source, sentence }
    }),
  }
}

/** docs/expressions.md with the tables of today. */
export function documentText() {
  const text = readFileSync(document, 'utf8')
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (before < 0 || after < 0) throw new Error('docs/expressions.md has no place for the functions')
  return `${text.slice(0, before + BEGIN.length)}\n${families().map(section).join('')}\n${text.slice(after)}`
}

/** @param {{ title: string, lines: Line[] }} family */
function section({ title, lines }) {
  const rows = lines
    .toSorted((a, b) => (a.signature < b.signature ? -1 : 1))
    .map(({ signature, example, result, type, source, sentence }) => {
      const names = signature.split(' | ').map(code).join(', ')
      const gives = result === 'NULL' ? 'NULL' : result.trim() === '' ? '' : code(result)
      return `| ${names} | ${code(example)} | ${gives} | ${code(type)} | ${cell(sentence)} | ${source} |`
    })
  const head = '| function | example | gives | type | | in Spark |\n| --- | --- | --- | --- | --- | --- |'
  return `\n### ${title}\n\n${head}\n${rows.join('\n')}\n`
}

/** @param {string} text */
function code(text) {
  return text.includes('`') ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``
}

/** @param {string} text A bar would end the cell. */
function cell(text) {
  return text.replaceAll('|', '\\|')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(document, documentText())
