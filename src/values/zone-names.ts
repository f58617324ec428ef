// How time zones are spelt where a text names one. Spark takes `Europe/Berlin` and refuses `europe/berlin`.

/** Java's `ZoneId.SHORT_IDS`. */
export const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['EST', '-05:00'],
  ['MST', '-07:00'],
  ['HST', '-10:00'],
  ['ACT', 'Australia/Darwin'],
  ['AET', 'Australia/Sydney'],
  ['AGT', 'America/Argentina/Buenos_Aires'],
  ['ART', 'Africa/Cairo'],
  ['AST', 'America/Anchorage'],
  ['BET', 'America/Sao_Paulo'],
  ['BST', 'Asia/Dhaka'],
  ['CAT', 'Africa/Harare'],
  ['CNT', 'America/St_Johns'],
  ['CST', 'America/Chicago'],
  ['CTT', 'Asia/Shanghai'],
  ['EAT', 'Africa/Addis_Ababa'],
  ['ECT', 'Europe/Paris'],
  ['IET', 'America/Indiana/Indianapolis'],
  ['IST', 'Asia/Kolkata'],
  ['JST', 'Asia/Tokyo'],
  ['MIT', 'Pacific/Apia'],
  ['NET', 'Asia/Yerevan'],
  ['NST', 'Pacific/Auckland'],
  ['PLT', 'Asia/Karachi'],
  ['PNT', 'America/Phoenix'],
  ['PRT', 'America/Puerto_Rico'],
  ['PST', 'America/Los_Angeles'],
  ['SST', 'Pacific/Guadalcanal'],
  ['VST', 'Asia/Ho_Chi_Minh'],
])

/**
 * Zones that have several names (the links of the tz database). `Intl` takes every spelling, and gives one name for all
 * of them: these are the spellings that it cannot tell.
 */
const SHARED = `
  Africa/Asmara Africa/Asmera Africa/Bamako Africa/Cairo Africa/Timbuktu Africa/Tripoli America/Adak
  America/Anchorage America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/ComodRivadavia
  America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/Mendoza America/Atikokan America/Atka
  America/Buenos_Aires America/Catamarca America/Chicago America/Coral_Harbour America/Cordoba America/Denver
  America/Detroit America/Edmonton America/Ensenada America/Fort_Wayne America/Godthab America/Halifax
  America/Havana America/Indiana/Indianapolis America/Indiana/Knox America/Indianapolis America/Iqaluit
  America/Jamaica America/Jujuy America/Kentucky/Louisville America/Knox_IN America/Los_Angeles America/Louisville
  America/Manaus America/Mazatlan America/Mendoza America/Mexico_City America/Montreal America/New_York
  America/Nipigon America/Noronha America/Nuuk America/Pangnirtung America/Phoenix America/Porto_Acre
  America/Rainy_River America/Regina America/Rio_Branco America/Rosario America/Santa_Isabel America/Santiago
  America/Sao_Paulo America/Shiprock America/St_Johns America/St_Thomas America/Thunder_Bay America/Tijuana
  America/Toronto America/Vancouver America/Virgin America/Whitehorse America/Winnipeg America/Yellowknife
  Antarctica/McMurdo Antarctica/South_Pole Arctic/Longyearbyen Asia/Ashgabat Asia/Ashkhabad Asia/Calcutta
  Asia/Choibalsan Asia/Chongqing Asia/Chungking Asia/Dacca Asia/Dhaka Asia/Harbin Asia/Ho_Chi_Minh Asia/Hong_Kong
  Asia/Istanbul Asia/Jerusalem Asia/Kashgar Asia/Kathmandu Asia/Katmandu Asia/Kolkata Asia/Macao Asia/Macau
  Asia/Makassar Asia/Nicosia Asia/Rangoon Asia/Saigon Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Tehran
  Asia/Tel_Aviv Asia/Thimbu Asia/Thimphu Asia/Tokyo Asia/Ujung_Pandang Asia/Ulaanbaatar Asia/Ulan_Bator Asia/Urumqi
  Asia/Yangon Atlantic/Faeroe Atlantic/Faroe Atlantic/Jan_Mayen Atlantic/Reykjavik Australia/ACT Australia/Adelaide
  Australia/Brisbane Australia/Broken_Hill Australia/Canberra Australia/Currie Australia/Darwin Australia/Hobart
  Australia/LHI Australia/Lord_Howe Australia/Melbourne Australia/NSW Australia/North Australia/Perth
  Australia/Queensland Australia/South Australia/Sydney Australia/Tasmania Australia/Victoria Australia/West
  Australia/Yancowinna Brazil/Acre Brazil/DeNoronha Brazil/East Brazil/West CET CST6CDT Canada/Atlantic
  Canada/Central Canada/Eastern Canada/Mountain Canada/Newfoundland Canada/Pacific Canada/Saskatchewan Canada/Yukon
  Chile/Continental Chile/EasterIsland Cuba EET EST5EDT Egypt Eire Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0
  Etc/Greenwich Etc/UCT Etc/UTC Etc/Universal Etc/Zulu Europe/Athens Europe/Belfast Europe/Brussels Europe/Chisinau
  Europe/Dublin Europe/Istanbul Europe/Kiev Europe/Kyiv Europe/Lisbon Europe/London Europe/Moscow Europe/Nicosia
  Europe/Tiraspol Europe/Uzhgorod Europe/Warsaw Europe/Zaporozhye GB GB-Eire GMT GMT0 Greenwich Hongkong Iceland
  Iran Israel Jamaica Japan Kwajalein Libya MET MST7MDT Mexico/BajaNorte Mexico/BajaSur Mexico/General NZ NZ-CHAT
  Navajo PRC PST8PDT Pacific/Auckland Pacific/Chatham Pacific/Chuuk Pacific/Easter Pacific/Enderbury
  Pacific/Honolulu Pacific/Johnston Pacific/Kanton Pacific/Kwajalein Pacific/Pago_Pago Pacific/Pohnpei
  Pacific/Ponape Pacific/Samoa Pacific/Truk Pacific/Yap Poland Portugal ROK Singapore Turkey UCT US/Alaska
  US/Aleutian US/Arizona US/Central US/East-Indiana US/Eastern US/Hawaii US/Indiana-Starke US/Michigan US/Mountain
  US/Pacific US/Samoa UTC Universal W-SU WET Zulu
`

const SPELT: ReadonlyMap<string, string> = new Map(
  SHARED.trim()
    .split(/\s+/)
    .map((name) => [name.toLowerCase(), name]),
)

/** Whether a name that `Intl` takes as `resolved` has the capitals of the tz database. */
export function isSpeltRight(name: string, resolved: string): boolean {
  if (SHORT_NAMES.has(name.toUpperCase())) return false
  const lower = name.toLowerCase()
  const spelt = SPELT.get(lower) ?? (resolved.toLowerCase() === lower ? resolved : name)
  return spelt === name
}
