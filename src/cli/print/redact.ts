// Keeps secrets out of all that leaves the process: each is known by its value, wherever a message may have got it from.

import { jsonText, visible } from '../../reporters/visible.ts'

/** Shorter secrets are not masked: replacing one or two letters everywhere garbles the text and reveals them. */
const MIN_LENGTH = 4

const secrets = new Set<string>()

/** From now on the value is not shown, nor in JSON, in base64 or as a part of a URL. */
export function hide(value: string): void {
  const lines = value.split(/\r?\n/)
  const inner = lines.length === 1 ? [] : lines.filter((line) => line.length >= MIN_LENGTH && !line.startsWith('-----'))
  for (const text of [value, ...inner]) {
    secrets.add(text)
    if (text.length < MIN_LENGTH) continue
    secrets.add(JSON.stringify(text).slice(1, -1))
    secrets.add(jsonText(text).slice(1, -1))
    secrets.add(visible(text))
    secrets.add(Buffer.from(text).toString('base64'))
    secrets.add(encodeURIComponent(text))
  }
}

const KEY_WITH_TEXT = /\bpass(?:w\w*)?["']?\s*[:=]\s*(?!\{|\$\{)(?:"([^"\n]*)|'([^'\n]*)|([^\s,}#"'][^,}#\n]*))/g

/** Hides what looks like a password in a pipeline file that cannot be parsed, but whose lines may be shown. */
export function hideLiterals(text: string): void {
  for (const [, ...forms] of text.matchAll(KEY_WITH_TEXT)) {
    const value = forms.find((form) => form !== undefined)?.trim()
    if (value) hide(value)
  }
}

export function redact(text: string): string {
  return replaced(text, MIN_LENGTH, () => '***')
}

/** For a text that places point into: each character stays where it is. */
export function mask(text: string): string {
  return replaced(text, 1, (secret) => secret.replace(/[^\r\n]/g, '*'))
}

function replaced(text: string, minLength: number, by: (secret: string) => string): string {
  // Longer ones first: one may be a part of another.
  const known = [...secrets].filter(({ length }) => length >= minLength).sort((a, b) => b.length - a.length)
  return known.reduce((shown, secret) => shown.replaceAll(secret, () => by(secret)), text)
}
