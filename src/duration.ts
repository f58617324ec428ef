// Durations and byte sizes as people write them in a pipeline file and on the command line.

const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZE_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  kib: 1024,
  mib: 1_048_576,
  gib: 1_073_741_824,
}

/** `500ms`, `2s`, `1m30s`, `1.5h`, `30d` → milliseconds (a whole number); undefined where the text is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (DURATION_MS[unit as string] as number)
  }
  const rounded = Math.round(total)
  return Number.isSafeInteger(rounded) ? rounded : undefined
}

/** ISO 8601, as Kafka's tools take it: `PT1H`, `P1DT12H30M`, `PT1.5S`, `P2W` → milliseconds; undefined where it is none. */
export function parseIsoDurationMs(text: string): number | undefined {
  const part = (unit: string) => String.raw`(?:(\d+(?:\.\d+)?)${unit})?`
  const pattern = `^P(?=.)${part('W')}${part('D')}(?:T(?=.)${part('H')}${part('M')}${part('S')})?$`
  const match = new RegExp(pattern).exec(text)
  if (match === null) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((amount) => Number(amount ?? 0))
  const total = 7 * (weeks as number) + (days as number)
  const rounded = Math.round(
    ((total * 24 + (hours as number)) * 60 + (minutes as number)) * 60_000 + (seconds as number) * 1000,
  )
  return Number.isSafeInteger(rounded) ? rounded : undefined
}

/** `64MB`, `1.5 GiB`, `4096` → bytes (a whole number); undefined where the text is no size. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b)?$/i.exec(text)
  if (match === null) return undefined
  const unit = SIZE_BYTES[(match[2] ?? 'b').toLowerCase()]
  if (unit === undefined) return undefined
  const bytes = Math.round(Number(match[1]) * unit)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Milliseconds for people, where it may be days: `30 d`, `1 d 12 h`, `90 s` as `1 m 30 s`. */
export function formatAge(ms: number): string {
  let left = Math.round(ms / 1000)
  const parts = Object.entries({ d: 86_400, h: 3600, m: 60, s: 1 }).map(([unit, seconds]) => {
    const amount = Math.floor(left / seconds)
    left -= amount * seconds
    return amount === 0 ? '' : `${amount} ${unit}`
  })
  return parts.filter((part) => part !== '').join(' ')
}

/** Milliseconds for people: `350 ms`, `2.5 s`, `1 m 30 s`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
}
