// Names of time zones inside of texts.

import { type Zone, zone, zoneOfText } from './zone.ts'

/**
 * The zone whose name begins at a place, and where it ends: the longest name. `withTexts`: short names such as `PDT` too, each
 * of which means the zone that Java takes for it, in summer as in winter.
 */
export function zoneAt(text: string, at: number, withTexts: boolean): { zone: Zone; end: number } | undefined {
  NAME.lastIndex = at
  const name = NAME.exec(text)?.[0]
  if (name === undefined) return undefined
  for (let length = Math.min(name.length, LONGEST); length > 0; length--) {
    const found = zoneNamed(name.slice(0, length), withTexts)
    if (found !== undefined) return { zone: found, end: at + length }
  }
  return undefined
}

const NAME = /[A-Za-z0-9/_+:-]+/y
const LONGEST = 40

function zoneNamed(name: string, withTexts: boolean): Zone | undefined {
  const text = withTexts ? TEXTS[name.toUpperCase()] : undefined
  if (text !== undefined) return zoneOfText(text)
  // A name ends in a letter or a digit, and an offset has two digits of each part.
  if (!/[A-Za-z0-9]$/.test(name) || /[+-]\d$|:\d$/.test(name)) return undefined
  if (!named.has(name)) {
    if (named.size >= 1000) named.clear()
    named.set(name, zoneOfText(name) ?? (name.length > 2 ? zone(name) : undefined))
  }
  return named.get(name)
}

/** In any case, unlike where a text is nothing but a zone. */
const named = new Map<string, Zone | undefined>()

const TEXTS: Readonly<Record<string, string>> = {
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  AKST: 'America/Anchorage',
  AKDT: 'America/Anchorage',
  HST: 'Pacific/Honolulu',
  CEST: 'Europe/Paris',
  EEST: 'Europe/Bucharest',
  WEST: 'Europe/Lisbon',
  BST: 'Pacific/Bougainville',
  JST: 'Asia/Tokyo',
  MSK: 'Europe/Moscow',
  AEST: 'Australia/Sydney',
  AEDT: 'Australia/Sydney',
}
