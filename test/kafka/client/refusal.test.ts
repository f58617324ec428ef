// What a broken connection says about credentials.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/kafka/client/fault.ts'
import { MechanismError } from '../../../src/kafka/client/kafkajs.ts'
import { type Broken, connectionFault } from '../../../src/kafka/client/refusal.ts'

const sasl = { mechanism: 'scram-sha-256', username: 'alice', password: 'secret' } as const
const broken = { address: 'kafka:9092', hasTls: false, sasl, reached: 'nothing' as Broken['reached'] }

describe('a broker that does not want credentials', () => {
  const error = Object.assign(new Error('not now'), { type: 'ILLEGAL_SASL_STATE' })

  it('has no SASL where it never took any', () => {
    const fault = connectionFault({ ...broken, error }) as Fault
    expect(fault).toBeInstanceOf(Fault)
    expect(fault.message).toContain('this port has no SASL')
    expect(fault.lasting).not.toBeNull()
  })

  it.each(['greeting', 'answer'] as const)('has ended a session where it took some before (%s)', (reached) => {
    const fault = connectionFault({ ...broken, reached, error }) as Fault
    expect([fault instanceof Fault, fault.lasting]).toEqual([true, null])
  })
})

describe('a broker without our mechanism', () => {
  const hint = (...offered: string[]) =>
    (connectionFault({ ...broken, error: new MechanismError(offered) }) as Fault).lasting?.problems[0]?.hint

  it('says what it offers, and what of that is known', () => {
    expect(hint('PLAIN', 'GSSAPI', 'SCRAM-SHA-512')).toBe(
      'it offers PLAIN, GSSAPI, SCRAM-SHA-512: write `mechanism: plain` or `scram-sha-512` below `sasl`',
    )
    expect(hint('GSSAPI')).toBe('it offers GSSAPI; this version knows plain, scram-sha-256, scram-sha-512')
  })
})
