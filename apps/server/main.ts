import { join } from 'node:path'
import { migrate, openDatabase, repoRoot } from '@tingzhou/db'
import { stopOnSignal } from '@tingzhou/gateway'
import { ConfigError, readConfig, type Config } from './config.ts'
import { createServer, type Server } from './create-server.ts'
import { DataDirHeld } from './data-dir.ts'
import { startSimulator } from './demo.ts'

async function main(): Promise<void> {
  try {
    const [verb, file] = process.argv.slice(2)
    if (verb === '--prepare-image' && file !== undefined) return await writeImage(file)
    const config = readConfig(process.env, process.argv.slice(2))
    const server = await createServer(config, { computeFile: join(repoRoot(), 'dist/compute.mjs') })
    greet(server, config)
    const simulator = server.demo ? startSimulator(server, config.dataDir, config.simulate) : null
    stopOnSignal(async () => {
      simulator?.stop()
      await server.close()
    })
  } catch (error) {
    const plain = error instanceof ConfigError || error instanceof DataDirHeld || isAddressInUse(error)
    console.error(plain && error instanceof Error ? `tingzhou: ${error.message}` : error)
    process.exit(1)
  }
}

/** Writes an empty, migrated embedded database, which the first start unpacks instead of building one. */
async function writeImage(file: string): Promise<void> {
  const database = await openDatabase({})
  await migrate(database)
  await database.dumpImage(file)
  await database.close()
}

const isAddressInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

function greet(server: Server, config: Config): void {
  console.log(`\n  Tingzhou 庭州 · ${config.publicUrl}`)
  if (server.demo) console.log('  A demo zone with invented firms; the sign-in page offers its accounts.')
  if (!server.demo && config.demo && !server.setupUrl) console.log('  This data folder holds a real zone.')
  if (server.setupUrl) console.log(`  Create the first administrator (works once, within a day):\n  ${server.setupUrl}`)
  console.log(`  Data: ${config.databaseUrl === null ? config.dataDir : `PostgreSQL, files in ${config.dataDir}`}\n`)
}

await main()
