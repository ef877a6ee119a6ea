// npm run backup -- FILE: writes a backup, then proves it by putting it back into a database of its own.
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openDatabase, type Manifest } from '@tingzhou/db'
import { openFileStore } from '@tingzhou/files'
import { epochMs } from '@tingzhou/kernel'
import { backUpZone, hashOf, restoreZone } from '../backup.ts'
import { readConfig, type Config } from '../config.ts'
import { CommandRefused, reachZone } from '../zone-access.ts'
import { runCommandLine } from './run-command.ts'

await runCommandLine(async () => {
  const [name, ...more] = process.argv.slice(2)
  if (name === undefined || more.length > 0) throw new CommandRefused('usage: npm run backup -- FILE.tar.gz')
  const file = resolve(name)
  if (existsSync(file)) throw new CommandRefused(`${file} exists; name a new file`)
  const config = readConfig(process.env, [])
  const draft = `${file}.part`
  try {
    await write(config, draft)
    const { manifest, seconds } = await prove(config, draft)
    await rename(draft, file)
    await report(file, manifest, seconds)
  } finally {
    await rm(draft, { force: true })
  }
})

async function write(config: Config, draft: string): Promise<void> {
  const zone = await reachZone(config)
  if (zone.by === 'server') return save(await zone.post('/api/v1/admin/backups'), draft)
  try {
    const files = await openFileStore(join(config.dataDir, 'files'))
    const source = { database: zone.database, files, dataDir: config.dataDir, now: epochMs(Date.now()) }
    await save((await backUpZone(source)).stream, draft)
  } finally {
    await zone.close()
  }
}

async function save(stream: Readable, draft: string): Promise<void> {
  await pipeline(stream, createWriteStream(draft, { mode: 0o600, flags: 'wx', flush: true }))
  const handle = await open(draft, 'r')
  await handle.sync()
  await handle.close()
}

async function prove(config: Config, draft: string): Promise<{ manifest: Manifest; seconds: number }> {
  const folder = await mkdtemp(join(config.dataDir, 'proof-'))
  const startedAt = performance.now()
  try {
    const database = await openDatabase({ dataDir: join(folder, 'db') })
    try {
      const manifest = await restoreZone({ database, dataDir: folder }, createReadStream(draft))
      return { manifest, seconds: (performance.now() - startedAt) / 1_000 }
    } finally {
      await database.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function report(file: string, manifest: Manifest, seconds: number): Promise<void> {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const { size } = await stat(file)
  console.log(
    `${file}: ${rows} rows in ${manifest.tables.length} tables, ${manifest.attachments.length} files, ${size} bytes`,
  )
  console.log(`sha256 ${await hashOf(createReadStream(file))}`)
  console.log(
    `proved in ${seconds.toFixed(1)} s: put back into a database of its own, every table compared, history recomputed`,
  )
  for (const zone of historyOf(manifest)) console.log(zone)
}

/** The last seal, worth writing down elsewhere: it stands for everything before it. */
function historyOf({ notes }: Manifest): readonly string[] {
  const zones: unknown = notes.history
  return Array.isArray(zones) ? zones.map((zone) => `history ${JSON.stringify(zone)}`) : []
}
