import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repoRoot } from '@tingzhou/db'
import { ledgerZone } from '@tingzhou/ledger/testing'
import { readConfig } from './config.ts'
import { createServer } from './create-server.ts'
import { startTestServer, type TestServer } from './testing.ts'

// Each command is a process, and a proof builds a database: seconds on an idle machine, minutes on a busy one.
const patience = 600_000

let server: TestServer
let folder: string
let fileId: string
const text = 'minutes of the meeting 会议纪要'

/** Runs a command as an operator does. */
function run(name: string, args: readonly string[], dataDir: string): Promise<{ code: number | null; out: string }> {
  const { DATABASE_URL: _none, ...rest } = process.env
  const child = spawn(process.execPath, [join(repoRoot(), 'scripts/run.mjs'), name, ...args], {
    env: { ...rest, DATA_DIR: dataDir },
    cwd: repoRoot(),
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tz-backup-cli-'))
  server = await startTestServer()
  const created = await server.machine.post('/api/v1/accounts', {
    commandId: randomUUID(),
    username: 'kept',
    name: 'Kept',
    password: 'correct horse battery',
    roles: [],
  })
  expect(created.status).toBe(201)
  const form = new FormData()
  form.set('file', new Blob([text], { type: 'text/plain' }), 'minutes.txt')
  const uploaded = await server.machine.post('/api/v1/files', form)
  fileId = uploaded.body.id
  const book = await ledgerZone(server.database, server.deps.zoneId)
  const [debit = '', credit = ''] = await book.open([{ code: 'bank' }, { code: 'capital', side: 'credit' }])
  await book.booked([{ kind: 'posted', debit, credit, amount: 100 }])
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('npm run backup, restore, verify-history, verify-ledger', () => {
  const file = () => join(folder, 'zone.tar.gz')

  it(
    'back up a running zone, prove it, and put it back into a new folder, where a server goes on',
    async () => {
      const backup = await run('backup', [file()], server.dataDir)

      expect(backup).toMatchObject({ code: 0, out: expect.stringContaining('proved in') })
      expect(statSync(file()).mode & 0o777).toBe(0o600)
      expect(readdirSync(folder)).toEqual(['zone.tar.gz'])
      expect(readdirSync(server.dataDir).filter((name) => /^(backup|proof)-/.test(name))).toEqual([])

      const dataDir = join(folder, 'restored')
      const restored = await run('restore', [file()], dataDir)
      expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('history was recomputed') })
      expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe(readFileSync(join(server.dataDir, 'secret'), 'utf8'))

      const verified = await run('verify-history', [], dataDir)
      expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('the history is whole') })
      const reckoned = await run('verify-ledger', [], dataDir)
      expect(reckoned).toMatchObject({ code: 0, out: expect.stringContaining('1 transfers in 1 journals, 2 accounts') })
      const again = await run('restore', [file()], dataDir)
      expect(again).toMatchObject({ code: 1, out: expect.stringContaining('goes into an empty zone') })

      const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, ['--empty'])
      const next = await createServer(config, { background: false })
      const ask = (path: string) =>
        fetch(`http://127.0.0.1:${next.port}/api/v1${path}`, { headers: { authorization: `Bearer ${next.token}` } })
      expect(await (await ask(`/files/${fileId}`)).text()).toBe(text)
      expect(await (await ask('/accounts?q=kept')).json()).toMatchObject({ rows: [{ name: 'Kept' }] })
      await next.close()
    },
    patience,
  )

  it(
    'verify the history of a running zone, and find where it is broken',
    async () => {
      const whole = await run('verify-history', [], server.dataDir)
      expect(whole).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ entries of \d+ objects/) })

      await server.database.exec(
        `alter table history disable trigger user; update history set verb = 'else' where verb = 'create'; alter table history enable trigger user`,
      )
      const broken = await run('verify-history', [], server.dataDir)

      expect(broken).toMatchObject({ code: 1, out: expect.stringContaining('hash_mismatch') })
      // A broken history is not proved: no file is left that would pass for a good one.
      const backup = await run('backup', [join(folder, 'broken.tar.gz')], server.dataDir)
      expect(backup).toMatchObject({ code: 1, out: expect.stringContaining('is broken') })
      expect(readdirSync(folder)).not.toContain('broken.tar.gz')
    },
    patience,
  )

  it(
    'verify the ledger of a running zone, and find where it is broken',
    async () => {
      expect(await run('verify-ledger', ['x'], server.dataDir)).toMatchObject({
        code: 1,
        out: expect.stringContaining('usage'),
      })
      const whole = await run('verify-ledger', [], server.dataDir)
      expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('the ledger is whole') })

      await server.database.exec(`update ledger_account set debits = debits + 1 where code = 'bank'`)
      const broken = await run('verify-ledger', [], server.dataDir)

      expect(broken).toMatchObject({ code: 1, out: expect.stringContaining('account_differs') })
      expect(broken.out).toContain('unbalanced')
    },
    patience,
  )

  it(
    'say what is missing, and overwrite nothing',
    async () => {
      const taken = join(folder, 'taken')
      writeFileSync(taken, 'something')
      const empty = mkdtempSync(join(folder, 'empty-'))

      expect(await run('backup', [], server.dataDir)).toMatchObject({ code: 1, out: expect.stringContaining('usage') })
      expect(await run('backup', [taken], server.dataDir)).toMatchObject({
        code: 1,
        out: expect.stringContaining('exists'),
      })
      expect(await run('backup', [join(folder, 'x')], empty)).toMatchObject({
        code: 1,
        out: expect.stringContaining('there is no zone'),
      })
      expect(await run('restore', [join(folder, 'nothing')], empty)).toMatchObject({
        code: 1,
        out: expect.stringContaining('there is no file'),
      })
      expect(await run('restore', [taken], empty)).toMatchObject({
        code: 1,
        out: expect.stringContaining('cannot be put back'),
      })
      expect(readdirSync(empty).filter((name) => name === 'db')).toEqual([])
    },
    patience,
  )
})

describe('POST /admin/backups', () => {
  it('is for administrators', async () => {
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])

    expect((await dispatcher.post('/api/v1/admin/backups')).body.kind).toBe('wrong_role')
    expect((await dispatcher.post('/api/v1/admin/history-verifications')).body.kind).toBe('wrong_role')
    expect((await server.anyone().post('/api/v1/admin/backups')).status).toBe(401)
  })
})
