// UTF-8, as bytes.

/**
 * The position after the character of two to four bytes that starts at `at`, or `~at` where it is not well-formed (The Unicode
 * Standard, table 3-7).
 */
export function skipUtf8(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number
  if (lead < 0xc2 || lead > 0xf4) return ~at
  const second = bytes[at + 1] as number
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return ~at
  const end = at + (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4)
  for (let p = at + 2; p < end; p++) if (((bytes[p] as number) & 0xc0) !== 0x80) return ~at
  return end
}
