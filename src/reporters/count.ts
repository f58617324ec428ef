// Numbers for people.

/** `50,000`, whatever the machine's locale. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}
