// Secrets of a pipeline file: where they may be kept, what is said where they are not, and that nothing shows them.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runSprk } from '../support/sprk.ts'

const folder = mkdtempSync(join(tmpdir(), 'sprk-secrets-'))
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

beforeAll(() => {
  writeFileSync(join(folder, 'password.txt'), 'from-a-file\n')
  writeFileSync(join(folder, 'nothing.txt'), '\n')
  writeFileSync(join(folder, 'ca.pem'), CERTIFICATE)
})

function pipeline(...security: readonly string[]): void {
  const lines = ['name: t', 'source:', '  kafka:', '    brokers: localhost:1', '    topics: [a]', '    format: json']
  writeFileSync(
    join(folder, 't.yaml'),
    [...lines, ...security.map((line) => `    ${line}`), 'sink: discard'].join('\n'),
  )
}

function withPassword(password: string): void {
  pipeline(`sasl: {mechanism: plain, username: alice, password: ${password}}`)
}

async function sprk(command: string, env = {}, ...more: string[]) {
  const { code, stdout, stderr } = await runSprk([command, 't.yaml', ...more], { cwd: folder, env })
  return { code, said: stdout + stderr }
}

describe('a password', () => {
  it.each(['{env: PASSWORD}', '{file: password.txt}', '{file: "${FOLDER:-.}/password.txt"}'])(
    'may be kept in %s',
    async (place) => {
      withPassword(place)
      expect(await sprk('validate', { PASSWORD: 'from-the-environment' })).toEqual({
        code: 0,
        said: 't.yaml: t is valid\n',
      })
    },
  )

  const NONE = 'a pipeline file holds no secrets'
  it.each([
    ['hunter2-hunter2', NONE, 'write `password: {env: NAME}`'],
    ['"hunter2-hunter2 \\"x\\""', NONE, 'write `password: {env: NAME}`'],
    ['"${PASSWORD}"', NONE, 'hint: write `password: {env: PASSWORD}`'],
    ['{env: NOWHERE}', 'the environment variable NOWHERE is not set', 'hint: export NOWHERE'],
    ['{env: EMPTY}', 'the environment variable EMPTY is empty', 'hint: export EMPTY'],
    ['{env: hunter2-hunter2}', '`env` of `password` must be the name of an environment variable', ''],
    ['{file: nowhere.txt}', '`file` of `password` cannot be read (ENOENT', ''],
    ['{file: nothing.txt}', '`file` of `password` names an empty file', ''],
    ['{evn: PASSWORD}', 'unknown key `evn` in `password`; did you mean `env`?', ''],
    ['{env: PASSWORD, file: password.txt}', '`password` needs exactly one of `env` or `file`', ''],
    ['[hunter2-hunter2]', '`password` must be `{env: NAME}` or `{file: PATH}`', ''],
  ])('%s is refused by validate and run, without showing a value', async (place, message, hint) => {
    withPassword(place)
    const env = { PASSWORD: 'from-the-environment', EMPTY: '' }
    for (const command of ['validate', 'run']) {
      const { code, said } = await sprk(command, env)
      expect(said).toContain(message)
      expect(said).toContain(hint)
      expect(said).not.toContain('hunter2')
      expect(said).not.toContain('from-the-environment')
      expect(code).toBe(78)
    }
  })

  it('is not shown where the file is no YAML', async () => {
    pipeline('sasl:', '  password: "hunter2-hunter2')
    expect((await sprk('validate')).said).not.toContain('hunter2')
  })

  it.each(['z9q', 'x1y2'.repeat(50)])(
    'is not shown in part, short or cut by the width of the line: %s',
    async (value) => {
      withPassword(value)
      const { code, said } = await sprk('validate')
      expect(code).toBe(78)
      expect(said).toContain(NONE)
      expect(said).not.toMatch(/z9q|x1y2/)
    },
  )

  it('is not shown where --set gives it', async () => {
    withPassword('{env: PASSWORD}')
    const { code, said } = await sprk('validate', {}, '--set', 'source.kafka.sasl.password=hunter2-hunter2')
    expect(code).toBe(78)
    expect(said).toContain(NONE)
    expect(said).not.toContain('hunter2')
  })

  it('is not looked up by explain', async () => {
    withPassword('{env: NOWHERE}')
    const { code, said } = await sprk('explain')
    expect(said).toMatch(/^pipeline t\n/)
    expect(code).toBe(0)
  })

  it('is not shown in a notice that happens to hold it', async () => {
    withPassword('{env: PASSWORD}')
    const { code, said } = await sprk('run', { PASSWORD: 'localhost:1' }, '--once', '--timeout', '1s', '--verbose')
    expect(said).toMatch(/cannot reach \*\*\*/)
    expect(said).not.toContain('localhost:1')
    expect(code).toBe(69)
  })
})

describe('tls', () => {
  it.each(['tls: true', 'tls: false', 'tls: {}', 'tls: {ca: ./ca.pem, servername: kafka.example.com}'])(
    'may be %s',
    async (line) => {
      pipeline(line)
      expect((await sprk('validate')).code).toBe(0)
    },
  )

  it.each([
    ['tls: {ca: nowhere.pem}', '`ca` cannot be read (ENOENT'],
    ['tls: {ca: password.txt}', '`ca` must be a file with certificates in PEM format'],
    ['tls: {cert: ca.pem, key: ca.pem}', '`key` must be a file with a private key in PEM format'],
    ['tls: {cert: ca.pem}', 'needs both of `cert` and `key`, or none'],
    ['tls: maybe', '`tls` must be'],
    ['tls: {caFile: ca.pem}', 'unknown key `caFile` in `tls`'],
  ])('%s is refused', async (line, message) => {
    pipeline(line)
    const { code, said } = await sprk('validate')
    expect(said).toContain(message)
    expect(code).toBe(78)
  })
})
