import { existsSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openDatabase, type Database } from '@tingzhou/db'
import type { Config } from './config.ts'
import { DataDirHeld, holdDataDir, readCard, type ServerCard } from './data-dir.ts'

/** A plain sentence for whoever ran the command. */
export class CommandRefused extends Error {}

/** How a command reaches the zone's rows: itself, or through the server that holds the embedded database. */
export type ZoneAccess =
  | { readonly by: 'database'; readonly database: Database; readonly close: () => Promise<void> }
  | { readonly by: 'server'; readonly post: (path: string) => Promise<IncomingMessage> }

/**
 * Reaches the zone that the configuration names.
 * @throws CommandRefused when there is none, or its server is just starting
 */
export async function reachZone(config: Config): Promise<ZoneAccess> {
  if (config.databaseUrl !== null) {
    const database = await openDatabase({ databaseUrl: config.databaseUrl, connectionsMax: 2 })
    return { by: 'database', database, close: database.close }
  }
  if (!existsSync(config.dataDir)) throw noZone(config)
  try {
    return await holdZone(config)
  } catch (error) {
    if (!(error instanceof DataDirHeld)) throw error
    return { by: 'server', post: askServer(readCard(config.dataDir)) }
  }
}

const noZone = ({ dataDir }: Config) =>
  new CommandRefused(`there is no zone in ${dataDir}; set DATA_DIR or DATABASE_URL`)

async function holdZone(config: Config): Promise<ZoneAccess> {
  const held = holdDataDir(config.dataDir, Date.now())
  try {
    const dataDir = join(config.dataDir, 'db')
    if (!existsSync(dataDir)) throw noZone(config)
    const database = await openDatabase({ dataDir })
    const close = async () => {
      await database.close()
      held.release()
    }
    return { by: 'database', database, close }
  } catch (error) {
    held.release()
    throw error
  }
}

function askServer(card: ServerCard | null): (path: string) => Promise<IncomingMessage> {
  const { port, token } = card ?? {}
  if (!port || !token) throw new CommandRefused('the server is just starting or stopping; try again in a moment')
  return (path) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-length': 0 }
      // No time limit: a large zone takes its time.
      const asking = request({ host: 'localhost', port, path, method: 'POST', headers }, (answer) => {
        if (answer.statusCode === 200) resolve(answer)
        else text(answer).then((body) => reject(new CommandRefused(`the server refused: ${body}`)), reject)
      })
      asking.on('error', reject)
      asking.end()
    })
}
