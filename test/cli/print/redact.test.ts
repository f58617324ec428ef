import { describe, expect, it } from 'vitest'
import { hide, hideLiterals, mask, redact } from '../../../src/cli/print/redact.ts'

describe('redact', () => {
  it('hides a value wherever it stands, and in the forms in which it is sent or quoted', () => {
    const secret = 'pa "ss" $& wörd'
    hide(secret)
    const forms = [secret, JSON.stringify(secret), Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]
    expect(redact(`refused: ${forms.join(' ')}!`)).toBe('refused: *** "***" *** ***!')
  })

  it('hides each line of a key', () => {
    hide('-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\n-----END PRIVATE KEY-----\n')
    expect(redact('at AgEGCCqGSM49AwEHBG0w of a PRIVATE KEY')).toBe('at *** of a PRIVATE KEY')
  })

  it('hides the longer one where one secret is a part of another', () => {
    hide('inner-word')
    hide('the-inner-word-and-more')
    expect(redact('the-inner-word-and-more inner-word')).toBe('*** ***')
  })

  it('leaves texts alone that hold what is too short to be recognised', () => {
    hide('abc')
    expect(redact('abcdef')).toBe('abcdef')
  })

  it('keeps the places in a masked text', () => {
    hide('hunter2-hunter2')
    expect(mask('password: hunter2-hunter2 # x')).toBe('password: *************** # x')
  })

  it.each([
    'password: "first-one',
    "password: 'second-one'",
    'sasl: {username: a, password: third-one, mechanism: plain',
    'passwrod: fourth-one',
    'source.kafka.sasl.password=fifth-one',
    '"password": sixth-one }',
  ])('finds what looks like a password in %s', (text) => {
    hideLiterals(text)
    expect(mask(text)).not.toMatch(/first-one|second-one|third-one|fourth-one|fifth-one|sixth-one/)
  })

  it('takes nothing else for one', () => {
    const text = 'password: {env: KAFKA_PASSWORD}\nmap: {passengers: count(arrivals)}\npassword: ${KAFKA_PASSWORD}\n'
    hideLiterals(text)
    expect(mask(text)).toBe(text)
  })
})
