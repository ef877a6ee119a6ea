import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { migrate, openDatabase, repoRoot } from '@tingzhou/db'
import { ConfigError, readConfig, type Config } from './config.ts'
import { createServer, type Server } from './create-server.ts'
import { DataDirHeld } from './data-dir.ts'

const killAfterMs = 15_000

async function main(): Promise<void> {
  try {
    const [verb, file] = process.argv.slice(2)
    if (verb === '--prepare-image' && file !== undefined) return await writeImage(file)
    const config = readConfig(process.env, process.argv.slice(2))
    const server = await createServer(config)
    greet(server, config)
    stopOnSignal(server, server.demo ? startSimulator(server, config) : null)
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

/** The demo's firms and officers are a process of their own that speaks HTTP only. */
function startSimulator(server: Server, config: Config): ChildProcess | null {
  const bundle = join(repoRoot(), 'dist/simpark.mjs')
  if (!existsSync(bundle)) return null
  const child = spawn(process.execPath, ['--enable-source-maps', bundle], {
    stdio: 'inherit',
    env: { ...process.env, TINGZHOU_URL: server.url, DATA_DIR: config.dataDir },
  })
  child.on('exit', (code) => {
    if (code) server.deps.log.error({ code }, 'the simulated zone stopped')
  })
  return child
}

/** Lets what is under way finish, then goes; a second signal or 15 s end it at once. */
function stopOnSignal(server: Server, simulator: ChildProcess | null): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), killAfterMs).unref()
    simulator?.kill('SIGTERM')
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
