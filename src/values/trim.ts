// Strings without what Spark's casts take for blank at their ends.

/** Without white space and ISO control characters at both ends (`UTF8String.trimAll`). */
export function trimAll(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code <= 0x20 || (code >= 0x7f && code <= 0x9f)
}
