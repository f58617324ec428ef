// Tables for terminals: columns as wide as their widest cell, two spaces between them.

import { styled } from '../../reporters/style.ts'
import { visible } from '../../reporters/visible.ts'
import { displayWidth } from '../../words.ts'

export interface TableColumn {
  readonly title: string
  /** Numbers stand at the right. */
  readonly align: 'left' | 'right'
}

/** Lines without a space at their end. An empty table has its titles. */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): readonly string[] {
  const titles = columns.map(({ title }) => title)
  const lines = [titles, ...rows].map((cells) => columns.map((_, i) => visible(cells[i] ?? '')))
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => displayWidth(cells[i] ?? ''))))
  const [head = '', ...body] = lines.map((cells) =>
    columns
      .map(({ align }, i) => {
        const [cell = '', width = 0] = [cells[i], widths[i]]
        const space = ' '.repeat(width - displayWidth(cell))
        return align === 'left' ? cell + space : space + cell
      })
      .join('  ')
      .trimEnd(),
  )
  return [styled('quiet', head), ...body]
}
