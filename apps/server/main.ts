import { migrate, openDatabase } from '@tingzhou/db'
import { ConfigError, readConfig, type Config } from './config.ts'
import { createServer, type Server } from './create-server.ts'
import { DataDirHeld } from './data-dir.ts'
import { startSimulator, type Simulator } from './demo.ts'

const killAfterMs = 15_000

async function main(): Promise<void> {
  try {
    const [verb, file] = process.argv.slice(2)
    if (verb === '--prepare-image' && file !== undefined) return await writeImage(file)
    const config = readConfig(process.env, process.argv.slice(2))
    const server = await createServer(config)
    greet(server, config)
    stopOnSignal(server, server.demo ? startSimulator(server, config.dataDir, config.simulate) : null)
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

/** Lets what is under way finish, then goes; a second signal or 15 s end it at once. */
function stopOnSignal(server: Server, simulator: Simulator | null): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), killAfterMs).unref()
    simulator?.stop()
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

await main()
