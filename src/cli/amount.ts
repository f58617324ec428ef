// Numbers of things, in words.

/** `1 record`, `2 records`. `things`: in the plural, which ends in s. */
export function amount(n: number, things: string): string {
  return `${n} ${n === 1 ? things.slice(0, -1) : things}`
}
