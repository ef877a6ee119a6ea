import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Transformer } from '@napi-rs/image'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantReach, registerObjectKind } from '@tingzhou/access'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { createHttp, type Deps } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { attachFiles, filesModule, listFiles, openFileStore, receiveFile, sweepBytes, sweepOrphans } from './index.ts'
import type { FileDeps, FileInfo } from './index.ts'
import { addExif, makePicture } from './testing-pictures.ts'

let test: TestDatabase
let folder: string
let deps: FileDeps
let app: FastifyInstance
let url: string
let now = epochMs(Date.UTC(2026, 10, 22, 4, 26))
const zoneId = 'zone'
const taken = { time: '2026:11:20 18:30:15', offset: '+08:00', latitude: 44.0125, longitude: 87.3075 }

const person = (accountId: string, over: Partial<Actor> = {}): Actor => ({
  accountId,
  name: accountId,
  kind: 'person',
  lang: 'en',
  memberships: [],
  ...over,
})
const people: Record<string, Actor> = {
  ann: person('ann', { memberships: [{ role: 'enterprise', partyId: 'firm-a' }] }),
  bob: person('bob', { memberships: [{ role: 'enterprise', partyId: 'firm-b' }] }),
  sue: person('sue', { memberships: [{ role: 'supervisor', partyId: null }] }),
}
const ask = (who: string, path: string, init: RequestInit = {}) =>
  fetch(`${url}/api/v1${path}`, { ...init, headers: { 'x-test-account': who, ...init.headers } })
const send = (who: string, bytes: Uint8Array, name: string, type: string, fields: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [key, value] of Object.entries(fields)) form.set(key, value)
  form.set('file', new Blob([new Uint8Array(bytes)], { type }), name)
  return ask(who, '/files', { method: 'POST', body: form })
}
const keep = async (bytes: Uint8Array, name: string, type = '', by = 'ann') => {
  const stored = await receiveFile(deps, { stream: Readable.from([bytes]), name, type, purpose: 'attachment' }, by)
  if (!stored.ok) throw new Error(stored.error.kind)
  return stored.value
}
const attach = (objectId: string, fileIds: string[], actorId = 'ann') =>
  test.db
    .transaction()
    .execute((tx) => attachFiles(tx, zoneId, { objectKind: 'filed-report', objectId, fileIds, actorId, now }))
const storedFiles = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

beforeAll(async () => {
  test = await testDatabase()
  folder = mkdtempSync(join(tmpdir(), 'tz-files-'))
  deps = { db: test.db, zoneId, clock: () => now, files: await openFileStore(folder) }
  registerObjectKind('filed-report', { zoneWide: ['supervisor'] })
  const server = { ...deps, database: test.database, log: pino({ level: 'silent' }) }
  // Files ask for nothing else of the server's ports.
  app = await createHttp(server as unknown as Deps, {
    modules: [filesModule],
    publicUrl: 'http://localhost',
    identify: async (request) => {
      const actor = people[String(request.headers['x-test-account'])]
      return actor ? { by: 'key', actor } : { by: 'none', actor: null }
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  url = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await app.close()
  await test.database.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a photo', () => {
  it('is made anew from its pixels, upright, without the place it was taken', async () => {
    const sent = addExif(await makePicture(640, 400), taken)
    const answer = await send('ann', sent, '现场.jpg', 'image/jpeg')
    const info = (await answer.json()) as FileInfo

    expect(answer.status).toBe(201)
    expect(info).toMatchObject({
      name: '现场.jpg',
      mediaType: 'image/jpeg',
      width: 400,
      height: 640,
      thumbnail: true,
      place: null,
      takenAt: null,
      originalSha256: null,
      uploadedBy: 'ann',
    })
    const got = await ask('ann', `/files/${info.id}`)
    const bytes = Buffer.from(await got.arrayBuffer())
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(info.sha256)
    expect(bytes.includes('Exif')).toBe(false)
    expect(bytes.includes('2026:11:20')).toBe(false)
    expect(got.headers.get('content-disposition')).toBe(
      `inline; filename="__.jpg"; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg`,
    )
    expect(got.headers.get('x-content-type-options')).toBe('nosniff')
    expect(got.headers.get('content-security-policy')).toContain('sandbox')
    const small = await new Transformer(
      Buffer.from(await (await ask('ann', `/files/${info.id}/thumbnail`)).arrayBuffer()),
    ).metadata()
    expect([small.width, small.height, small.format]).toEqual([200, 320, 'webp'])
  })

  it('given as evidence keeps place, time and the bytes as they came', async () => {
    const sent = addExif(await makePicture(64, 40), taken)
    const info = (await (await send('ann', sent, 'a.jpg', 'image/jpeg', { purpose: 'evidence' })).json()) as FileInfo

    expect(info.place?.latitude).toBeCloseTo(44.0125, 5)
    expect(info.place?.longitude).toBeCloseTo(87.3075, 5)
    expect(info.takenAt).toBe(Date.parse('2026-11-20T18:30:15+08:00'))
    expect(info.originalSha256).toBe(createHash('sha256').update(sent).digest('hex'))
    const original = await ask('ann', `/files/${info.id}/original`)
    expect(Buffer.from(await original.arrayBuffer()).equals(sent)).toBe(true)
    expect(original.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await (await ask('ann', `/files/${info.id}/details`)).json()).toEqual(info)
  })

  it.each(['png', 'webp'] as const)('may be %s', async (format) => {
    const info = await keep(await makePicture(50, 30, format), `a.${format}`)

    expect(info).toMatchObject({ mediaType: `image/${format}`, width: 50, height: 30 })
  })

  it.each([
    ['words', async () => Buffer.from('not a photo at all'), 'a.jpg', 'image/jpeg'],
    ['a cut photo', async () => (await makePicture(300, 300)).subarray(0, 60), 'a.jpg', 'image/jpeg'],
    ['a page', async () => Buffer.from('<html><script>alert(1)</script>'), 'a.png', 'image/png'],
  ])('that is %s is refused as no photo', async (_name, make, name, type) => {
    const answer = await send('ann', await make(), name, type)

    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ kind: 'file_not_an_image', errors: [{ field: 'file', value: name }] })
  })

  it('of too many pixels is refused before it is decoded', async () => {
    const png = await makePicture(4, 4, 'png')
    png.writeUInt32BE(60_000, 16)
    png.writeUInt32BE(60_000, 20)
    const answer = await send('ann', png, 'bomb.png', 'image/png')

    expect(answer.status).toBe(422)
    expect(['image_too_large', 'file_not_an_image']).toContain(((await answer.json()) as { kind: string }).kind)
  })
})

describe('a document', () => {
  it('is kept byte by byte and sent in ranges', async () => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5_000, 'x'), Buffer.from('\n%%EOF')])
    const info = await keep(pdf, 'plan.pdf', 'application/pdf')

    const whole = await ask('ann', `/files/${info.id}`)
    expect(Buffer.from(await whole.arrayBuffer()).equals(pdf)).toBe(true)
    const part = await ask('ann', `/files/${info.id}`, { headers: { range: 'bytes=0-7' } })
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      '%PDF-1.7',
      `bytes 0-7/${pdf.length}`,
    ])
    const tail = await ask('ann', `/files/${info.id}`, { headers: { range: 'bytes=-5' } })
    expect(await tail.text()).toBe('%%EOF')
    const beyond = await ask('ann', `/files/${info.id}`, { headers: { range: `bytes=${pdf.length}-` } })
    expect(beyond.status).toBe(416)
    const again = await ask('ann', `/files/${info.id}`, {
      headers: { 'if-none-match': whole.headers.get('etag') ?? '' },
    })
    expect(again.status).toBe(304)
  })

  it('of text is known by its characters, UTF-8 or GB 18030, and sent as a download', async () => {
    const info = await keep(Buffer.from('企业,诉求\n甲,乙\n'), 'a.csv', 'text/csv')
    const old = await keep(Buffer.from([0xc6, 0xf3, 0xd2, 0xb5, 0x0a]), 'b.txt', 'text/plain')

    expect([info.mediaType, old.mediaType]).toEqual(['text/csv', 'text/plain'])
    const got = await ask('ann', `/files/${info.id}`)
    expect(got.headers.get('content-disposition')).toMatch(/^attachment/)
  })

  it.each([
    ['c.wav', Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0', 'latin1'), 'audio/wav'],
    ['c.tif', Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), Buffer.alloc(64)]), 'image/tiff'],
    [
      'c.wmv',
      Buffer.from(
        `3026b2758e66cf11a6d900aa0062ce6c${'00'.repeat(14)}9107dcb7b7a9cf118ee600c00c2053654e00000000000000c0ef19bc4d5bcf11a8fd00805f5c442b${'00'.repeat(64)}`,
        'hex',
      ),
      'video/x-ms-asf',
    ],
  ])('of a vehicle’s terminal is known by its first bytes: %s', async (name, bytes, mediaType) => {
    expect(await keep(bytes, name, '')).toMatchObject({ mediaType })
  })

  it.each([
    ['a program named as a sheet', Buffer.from('MZ\x90\x00\x03binary'), 'a.xlsx', '', 415, 'file_type_not_allowed'],
    ['a page', Buffer.from('<html><script>1</script></html>'), 'a.html', 'text/html', 415, 'file_type_not_allowed'],
    [
      'a drawing with script',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'a.svg',
      'image/svg+xml',
      415,
      'file_type_not_allowed',
    ],
    ['binary named as text', Buffer.from([65, 0, 66, 1, 2]), 'a.txt', 'text/plain', 415, 'file_type_not_allowed'],
    ['a PDF named as text', Buffer.from('%PDF-1.7\n%%EOF'), 'a.txt', 'text/plain', 422, 'file_type_mismatch'],
    [
      'a sound named as a picture',
      Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0'),
      'a.tif',
      '',
      422,
      'file_type_mismatch',
    ],
    ['a PDF declared as a picture', Buffer.from('%PDF-1.7\n%%EOF'), 'a.pdf', 'image/png', 422, 'file_type_mismatch'],
    ['nothing', Buffer.alloc(0), 'a.pdf', 'application/pdf', 422, 'file_empty'],
  ])('that is %s is refused', async (_name, bytes, name, type, status, kind) => {
    const before = storedFiles().length
    const answer = await send('ann', bytes, name, type)

    expect([answer.status, ((await answer.json()) as { kind: string }).kind]).toEqual([status, kind])
    expect(storedFiles()).toHaveLength(before)
  })

  it('that is too large is refused and leaves nothing', async () => {
    const before = storedFiles().length
    const answer = await send('ann', Buffer.alloc(20 * 1_048_576 + 1, 'a'), 'big.txt', 'text/plain')

    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ kind: 'file_too_large', errors: [{ field: 'file' }] })
    expect(storedFiles()).toHaveLength(before)
  })

  it('needs a file, a form and a name without a path', async () => {
    expect((await ask('ann', '/files', { method: 'POST', body: new FormData() })).status).toBe(400)
    expect(
      (await ask('ann', '/files', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }))
        .status,
    ).toBe(415)
    expect((await send('nobody', Buffer.from('a'), 'a.txt', 'text/plain')).status).toBe(401)
    expect((await send('ann', Buffer.from('a'), 'a.txt', 'text/plain', { purpose: 'x' })).status).toBe(400)
    expect((await keep(Buffer.from('a'), '..\\..\\etc/pass\u0000wd\u202e.txt')).name).toBe('passwd.txt')
  })

  it('that breaks off leaves no row and no bytes', async () => {
    const before = storedFiles().length
    const breaking = Readable.from(
      (async function* () {
        yield Buffer.from('half')
        throw new Error('connection lost')
      })(),
    )

    await expect(
      receiveFile(deps, { stream: breaking, name: 'a.txt', type: '', purpose: 'attachment' }, 'ann'),
    ).rejects.toThrow('connection lost')
    expect(storedFiles()).toHaveLength(before)
  })
})

describe('reading', () => {
  it('is for the uploader until it is attached, then for who reaches the object', async () => {
    const file = await keep(Buffer.from('for the appeal'), 'a.txt')
    const status = async (who: string) => (await ask(who, `/files/${file.id}`)).status
    expect([await status('ann'), await status('bob'), await status('sue')]).toEqual([200, 404, 404])

    await attach('appeal-1', [file.id])
    await grantReach(test.db, zoneId, [
      { objectKind: 'filed-report', objectId: 'appeal-1', partyId: 'firm-b', relation: 'enterprise' },
    ])

    expect([await status('ann'), await status('bob'), await status('sue')]).toEqual([404, 200, 200])
    expect((await ask('ann', '/files/nothing')).status).toBe(404)
    expect((await ask('ann', `/files/${newId()}/thumbnail`)).status).toBe(404)
  })
})

describe('attachFiles', () => {
  it('refuses unknown files, files of others, and files that belong elsewhere, all or none', async () => {
    const mine = await keep(Buffer.from('mine'), 'a.txt')
    const other = await keep(Buffer.from('theirs'), 'b.txt', '', 'bob')
    const unknown = newId()

    expect(await attach('o1', [mine.id, unknown])).toEqual({
      ok: false,
      error: { kind: 'file_unknown', field: 'files', value: unknown },
    })
    expect(await attach('o1', ['not an id'])).toMatchObject({ error: { kind: 'file_unknown' } })
    expect(await attach('o1', [mine.id, other.id])).toMatchObject({
      error: { kind: 'file_not_yours', value: other.id },
    })
    expect((await listFiles(test.db, zoneId, ['o1'])).size).toBe(0)

    const attached = await attach('o1', [mine.id, mine.id])
    expect(attached).toMatchObject({ ok: true, value: [{ id: mine.id }] })
    expect((await attach('o1', [mine.id])).ok).toBe(true)
    expect(await attach('o2', [mine.id])).toMatchObject({ error: { kind: 'file_already_attached', value: mine.id } })
    expect((await listFiles(test.db, zoneId, ['o1', 'o2'])).get('o1')).toHaveLength(1)
  })
})

describe('sweeping', () => {
  it('forgets uploads that belong to nothing after a day, and their bytes unless another file has them', async () => {
    const kept = await keep(Buffer.from('kept'), 'a.txt')
    await attach('o3', [kept.id])
    const twin = await keep(Buffer.from('kept'), 'twin.txt')
    const orphan = await keep(Buffer.from('orphan'), 'b.txt')
    now = epochMs(now + 25 * 3_600_000)
    const young = await keep(Buffer.from('young'), 'c.txt')

    expect(await sweepOrphans(test.db, zoneId, now)).toBeGreaterThanOrEqual(2)
    expect(await sweepBytes(test.db, deps.files)).toBe(0)
    for (const sha256 of [kept.sha256, orphan.sha256, young.sha256]) utimesSync(deps.files.pathOf(sha256), 0, 0)
    expect(await sweepBytes(test.db, deps.files)).toBe(1)

    expect(() => statSync(deps.files.pathOf(orphan.sha256))).toThrow('ENOENT')
    expect(statSync(deps.files.pathOf(kept.sha256)).size).toBe(4)
    expect(statSync(deps.files.pathOf(young.sha256)).size).toBe(5)
    const rows = await test.db
      .selectFrom('file')
      .select('id')
      .where('id', 'in', [kept.id, twin.id, orphan.id, young.id])
      .execute()
    expect(rows.map((row) => row.id).toSorted()).toEqual([kept.id, young.id].toSorted())
  })
})
