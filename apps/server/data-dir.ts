import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { newToken } from '@tingzhou/access'

/** How commands on the same machine find the running server: `DATA_DIR/server.json`, readable by its owner only. */
export type ServerCard = {
  readonly pid: number
  readonly port: number | null
  readonly token: string
  readonly startedAtMs: number
}

/** Another server holds the data folder. */
export class DataDirHeld extends Error {}

/** The data folder, held by this process. */
export type HeldDataDir = {
  readonly token: string
  readonly announce: (port: number) => void
  readonly release: () => void
}

const cardFile = (dataDir: string) => join(dataDir, 'server.json')

/**
 * Takes the data folder for this process; a card left by a server that was killed is taken over.
 * @throws DataDirHeld when another server is running on it
 */
export function holdDataDir(dataDir: string, nowMs: number): HeldDataDir {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const card = { pid: process.pid, port: null, token: newToken(), startedAtMs: nowMs }
  try {
    write(dataDir, card, 'wx')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const held = readCard(dataDir)
    if (held && isRunning(held, nowMs))
      throw new DataDirHeld(
        `another server (process ${held.pid}${held.port === null ? '' : `, port ${held.port}`}) is running on ${dataDir}; stop it first, or set DATA_DIR to another folder`,
      )
    write(dataDir, card, 'w')
  }
  return {
    token: card.token,
    announce: (port) => write(dataDir, { ...card, port }, 'w'),
    release: () => {
      if (readCard(dataDir)?.token === card.token) rmSync(cardFile(dataDir), { force: true })
    },
  }
}

function write(dataDir: string, card: ServerCard, flag: 'wx' | 'w'): void {
  writeFileSync(cardFile(dataDir), `${JSON.stringify(card)}\n`, { flag, mode: 0o600 })
  chmodSync(cardFile(dataDir), 0o600)
}

/** The card of the folder's server, or null when there is none or it is half written. */
export function readCard(dataDir: string): ServerCard | null {
  try {
    const card: unknown = JSON.parse(readFileSync(cardFile(dataDir), 'utf8'))
    return isCard(card) ? card : null
  } catch {
    return null
  }
}

const isCard = (value: unknown): value is ServerCard =>
  typeof value === 'object' && value !== null && 'pid' in value && 'token' in value && 'startedAtMs' in value

/** Whether the card's process lives: not one that got the same number after a restart of the machine or the container. */
function isRunning(card: ServerCard, nowMs: number): boolean {
  if (card.pid === process.pid || card.startedAtMs < nowMs - uptime() * 1_000) return false
  try {
    process.kill(card.pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The folder's own secret for cookies, made at the first start. */
export function readSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    const secret = newToken()
    writeFileSync(file, `${secret}\n`, { mode: 0o600 })
    return secret
  }
}
