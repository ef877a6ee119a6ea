// npm run restore -- FILE: puts a backup into an empty zone.
import { createReadStream, existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openDatabase } from '@tingzhou/db'
import { restoreZone } from '../backup.ts'
import { readConfig, type Config } from '../config.ts'
import { holdDataDir } from '../data-dir.ts'
import { CommandRefused } from '../zone-access.ts'
import { runCommandLine } from './run-command.ts'

await runCommandLine(async () => {
  const [name, ...more] = process.argv.slice(2)
  if (name === undefined || more.length > 0) throw new CommandRefused('usage: npm run restore -- FILE.tar.gz')
  const file = resolve(name)
  if (!existsSync(file)) throw new CommandRefused(`there is no file ${file}`)
  const config = readConfig(process.env, [])
  const held = holdDataDir(config.dataDir, Date.now())
  try {
    await restore(config, file)
  } finally {
    held.release()
  }
})

async function restore(config: Config, file: string): Promise<void> {
  const folder = join(config.dataDir, 'db')
  const embedded = config.databaseUrl === null
  if (embedded && existsSync(folder))
    throw new CommandRefused(
      `${folder} exists; a backup goes into an empty zone: set DATA_DIR to a new folder, or move this one away`,
    )
  const database = await openDatabase(
    embedded ? { dataDir: folder } : { databaseUrl: config.databaseUrl ?? '', connectionsMax: 2 },
  )
  try {
    const manifest = await restoreZone({ database, dataDir: config.dataDir }, createReadStream(file))
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    console.log(
      `restored the zone of ${new Date(manifest.createdAt).toISOString()}: ${rows} rows, ${manifest.attachments.length} files`,
    )
    console.log('every table was compared with the backup, the history was recomputed; npm start')
  } catch (error) {
    await database.close()
    if (embedded) await rm(folder, { recursive: true, force: true })
    throw error
  }
  await database.close()
}
