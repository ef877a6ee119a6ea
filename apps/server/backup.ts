import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { appendHistory, verifyHistory } from '@tingzhou/audit'
import {
  createBackup,
  newId,
  restoreBackup,
  type Backup,
  type Database,
  type Manifest,
  type Session,
} from '@tingzhou/db'
import { openFileStore, type FileStore } from '@tingzhou/files'
import { apiPrefix, contextOf, requireActor, requireRole, type Deps, type ServerModule } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'

/** What a backup is made of. */
export type BackupSource = {
  readonly database: Database
  readonly files: FileStore
  readonly dataDir: string
  readonly now: EpochMs
}

const filesPrefix = 'files/'
const secretName = 'secret'

/** Backs up a zone: database, uploaded files, and the folder's secret, without which one-time codes could not be read again. */
export async function backUpZone({ database, files, dataDir, now }: BackupSource): Promise<Backup> {
  const secret = join(dataDir, secretName)
  await mkdir(dataDir, { recursive: true })
  return createBackup(database, {
    folder: dataDir,
    now,
    attachments: async (session) => [
      ...(await listHashes(session)).map((sha256) => ({ name: filesPrefix + sha256, path: files.pathOf(sha256) })),
      ...(existsSync(secret) ? [{ name: secretName, path: secret }] : []),
    ],
    notes: async (session) => ({
      history: await session.query(`select h.zone_id as zone, count(*) as objects, sum(h.seq) as entries,
        (select jsonb_build_array(s.seq, s.hash) from history_seal s where s.zone_id = h.zone_id order by s.seq desc limit 1) as "lastSeal"
        from history_head h group by h.zone_id`),
    }),
  })
}

async function listHashes(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ sha256: string }>(`select sha256 from file
    union select thumbnail_sha256 from file where thumbnail_sha256 is not null
    union select original_sha256 from file where original_sha256 is not null`)
  return rows.map((row) => row.sha256)
}

/**
 * Puts a backup of a zone back, and recomputes its history.
 * @param target  an empty database, and the data folder for files and secret
 * @throws RestoreRefused; Error when the history does not verify
 */
export async function restoreZone(
  target: { database: Database; dataDir: string },
  archive: Readable,
): Promise<Manifest> {
  const files = await openFileStore(join(target.dataDir, 'files'))
  const manifest = await restoreBackup(target.database, archive, {
    keep: (name, body) => (name === secretName ? keepSecret(target.dataDir, body) : keepFile(files, name, body)),
  })
  for (const zone of await zonesOf(target.database)) {
    const { faults } = await verifyHistory(target.database.db, zone)
    if (faults.length > 0) throw new Error(`the history of zone ${zone} is broken: ${JSON.stringify(faults[0])}`)
  }
  return manifest
}

async function keepFile(files: FileStore, name: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = await files.receive(Readable.from(body, { objectMode: false }), Infinity)
  if (draft === 'too_large') throw new Error('a file of a backup has no limit')
  if (name !== filesPrefix + draft.sha256) {
    await files.discard(draft)
    throw new Error(`${name} is damaged: its SHA-256 is ${draft.sha256}`)
  }
  await files.keep(draft)
}

async function keepSecret(dataDir: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  await writeFile(join(dataDir, secretName), await buffer(body), { mode: 0o600 })
}

/** The zones that have a history. */
export async function zonesOf({ db }: Database): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('history_head')
    .select('zone_id')
    .distinct()
    .orderBy('zone_id')
    .limit(1_000)
    .execute()
  return rows.map((row) => row.zone_id)
}

/** What the commands ask of a server that holds the data folder: a backup, and whether the history is whole. Administrators only. */
export const createBackupModule = (dataDir: string): ServerModule => ({
  name: 'backup',
  routes: (app, deps) => {
    app.post(`${apiPrefix}/admin/backups`, (request, reply) => sendBackup(deps, dataDir, request, reply))
    app.post(`${apiPrefix}/admin/history-verifications`, (request, reply) => {
      requireRole(requireActor(contextOf(request, reply)), 'admin', 'auditor')
      return verifyHistory(deps.db, deps.zoneId)
    })
  },
})

async function sendBackup(
  deps: Deps,
  dataDir: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const actor = requireRole(requireActor(contextOf(request, reply)), 'admin')
  const now = epochMs(Date.now())
  const entry = { objectKind: 'backup', objectId: newId(), at: deps.clock(), verb: 'take', public: false } as const
  await deps.db
    .transaction()
    .execute((tx) => appendHistory(tx, deps.zoneId, [{ ...entry, actorId: actor.accountId, actorName: actor.name }]))
  const { stream } = await backUpZone({ database: deps.database, files: deps.files, dataDir, now })
  return reply
    .type('application/gzip')
    .header('content-disposition', 'attachment; filename="tingzhou-backup.tar.gz"')
    .send(stream)
}

/** The SHA-256 of a stream, for telling it to an operator. */
export async function hashOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const sha256 = createHash('sha256')
  for await (const chunk of stream) sha256.update(chunk)
  return sha256.digest('hex')
}
