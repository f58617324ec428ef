// Emphasis in texts for people: marked here, and turned into colours, or into nothing, by what writes to the terminal.
// The marks are noncharacters, which Unicode keeps for use inside of a program.

export const STYLES = ['error', 'warning', 'quiet'] as const
export type Style = (typeof STYLES)[number]

const END = '\ufdd0'
const MARKS: Readonly<Record<Style, string>> = { error: '\ufdd1', warning: '\ufdd2', quiet: '\ufdd3' }
const MARKED = /([\ufdd1-\ufdd3])([^\ufdd0-\ufdd3]*)\ufdd0/g

/** `text` with marks around it. It has none itself (see visible.ts). */
export function styled(style: Style, text: string): string {
  return text === '' ? '' : `${MARKS[style]}${text}${END}`
}

/** The text with what `paint` makes of each marked part. */
export function painted(text: string, paint: (style: Style, text: string) => string): string {
  return text.replace(MARKED, (_, mark: string, inner: string) => {
    const style = STYLES.find((each) => MARKS[each] === mark)
    return style === undefined ? inner : paint(style, inner)
  })
}

/** The text without marks. */
export function plain(text: string): string {
  return painted(text, (_, inner) => inner)
}
