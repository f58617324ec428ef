// Numbers for people.

/** `50,000`, whatever the machine's locale. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 record`, `2,004 records`. `things`: in the plural, which ends in s. */
export function amount(n: number, things: string): string {
  return `${count(n)} ${n === 1 ? things.slice(0, -1) : things}`
}
