// The English names of time zones, as java.time has them: from Unicode's CLDR, and older short names where that has none.

import type { Zone } from './zone.ts'

/** `CET`, `Central European Summer Time`; `isGeneric`: without saying whether it is summer. */
export function zoneText(zone: Zone, utcMicros: number, isFull: boolean, isGeneric: boolean): string {
  if (zone.id === 'UTC' || zone.id === 'Etc/UTC') return isFull ? 'Coordinated Universal Time' : 'UTC'
  if (zone.id === 'GMT') return isFull ? 'Greenwich Mean Time' : 'GMT'
  // What is no region has no name but its id.
  if (/^(?:[A-Z]{2,3})?(?:[+-]|$)|^Z$/.test(zone.id)) return zone.id
  const key = `${zone.id} ${isFull} ${isGeneric} ${zone.stretchAt(utcMicros).offset}`
  let known = texts.get(key)
  if (known === undefined) {
    if (texts.size >= 1000) texts.clear()
    known = nameOf(zone.id, utcMicros / 1000, isFull, isGeneric)
    texts.set(key, known)
  }
  return known
}

const texts = new Map<string, string>()

/** Each names the zones of its own country by short names. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA']

function nameOf(id: string, epochMs: number, isFull: boolean, isGeneric: boolean): string {
  const long = intlName(id, epochMs, 'en-US', isGeneric ? 'longGeneric' : 'long')
  if (isFull) return long
  const short = OLD_NAMES[long]
  if (short !== undefined) return short
  for (const locale of LOCALES) {
    const name = intlName(id, epochMs, locale, isGeneric ? 'shortGeneric' : 'short')
    if (/^[A-Z]{2,5}$/.test(name)) return name
  }
  return id
}

function intlName(
  timeZone: string,
  epochMs: number,
  locale: string,
  timeZoneName: 'long' | 'short' | 'longGeneric' | 'shortGeneric',
): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName }).formatToParts(epochMs)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

/** Of the JDK's own names (sun.util.resources.TimeZoneNames). */
const OLD_NAMES: Readonly<Record<string, string>> = {
  'Japan Standard Time': 'JST',
  'China Standard Time': 'CST',
  'Korean Standard Time': 'KST',
  'Hong Kong Standard Time': 'HKT',
  'Singapore Standard Time': 'SGT',
  'Moscow Standard Time': 'MSK',
  'Israel Standard Time': 'IST',
  'Israel Daylight Time': 'IDT',
  'Brasilia Standard Time': 'BRT',
  'Argentina Standard Time': 'ART',
  'Gulf Standard Time': 'GST',
  'Pakistan Standard Time': 'PKT',
  'Western Indonesia Time': 'WIB',
  'East Africa Time': 'EAT',
  'West Africa Standard Time': 'WAT',
  'Central Africa Time': 'CAT',
}
