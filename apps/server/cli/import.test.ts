import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repoRoot } from '@tingzhou/db'
import { readTable } from '@tingzhou/sheets'
import { startTestServer, type TestServer } from '../testing.ts'

let server: TestServer
const folder = mkdtempSync(join(tmpdir(), 'tingzhou-import-'))

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the command as a person does. */
const run = (dataDir: string, ...args: readonly string[]) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    const environment = { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '' }
    const child = execFile(
      process.execPath,
      [join(repoRoot(), 'scripts/run.mjs'), 'import', ...args],
      { env: environment },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, text: out + err }),
    )
  })

const write = (name: string, lines: readonly string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

describe('npm run import', () => {
  const path = write('firms.csv', [
    '企业名称,统一社会信用代码,规模',
    '甲公司,91350100M000100Y43,大型',
    '乙公司,,巨型',
    '丙公司,,',
  ])

  it('goes through the running server, keeps the good rows and writes the faulty ones beside the file', async () => {
    const preview = await run(server.dataDir, 'enterprises', path, '--dry-run', '--lang', 'en')
    const first = await run(server.dataDir, 'enterprises', path, '--lang', 'zh-CN')
    const again = await run(server.dataDir, 'enterprises', path, '--lang', 'en')

    expect(preview).toMatchObject({ code: 3 })
    expect(preview.text).toContain('2 added, 0 updated, 0 unchanged, 1 with faults')
    expect(first.text).toContain('通过运行中的服务导入')
    expect(first.text).toContain('第 3 行，规模：应为其中之一：大型、中型、小型、微型（巨型）')
    expect(first.text).toContain('新增 2，更新 0，未变 0，有问题 1')
    expect(again.text).toContain('0 added, 0 updated, 2 unchanged, 1 with faults')
    const errors = await readTable({ name: 'x.xlsx', path: `${path}.errors.xlsx` })
    expect(errors).toMatchObject({
      ok: true,
      value: { rows: [{ cells: ['3', expect.stringContaining('Must be one of'), '乙公司', '', '巨型'] }] },
    })
  }, 120_000)

  it('writes to the database itself when no server runs', async () => {
    const dataDir = join(folder, 'data')
    const first = await run(dataDir, 'enterprises', path, '--lang', 'en')
    const again = await run(dataDir, 'enterprises', path, '--lang', 'en')

    expect(first.text).toContain('no server is running')
    expect(first).toMatchObject({ code: 3 })
    expect(first.text).toContain('2 added, 0 updated, 0 unchanged, 1 with faults')
    expect(again.text).toContain('0 added, 0 updated, 2 unchanged')
  }, 120_000)

  it('says how it is used, and why a file cannot be read', async () => {
    expect(await run(server.dataDir, 'enterprises')).toMatchObject({
      code: 2,
      text: expect.stringContaining('FILE.xlsx|csv'),
    })
    const empty = await run(server.dataDir, 'enterprises', write('empty.csv', ['', '']), '--lang', 'en')
    expect(empty).toMatchObject({ code: 1, text: expect.stringContaining('The import failed') })
  }, 60_000)
})
