import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { createServer, type Server } from 'node:tls'
import type { Log } from '@tingzhou/http'

/** How ports are secured. */
export type Tls = {
  /** File of the certificate and of those that vouch for it, PEM. */
  readonly certificateFile: string
  /** File of its private key, PEM. */
  readonly keyFile: string
  /** Protocols whose ports speak TLS only. */
  readonly protocols: ReadonlySet<string>
}

const handshakeMaxMs = 10_000
const readAgainMs = 3_600_000
const minVersion = 'TLSv1.2'

/**
 * Makes a server that speaks TLS. Its files are read again every hour: a certificate that was renewed needs no restart.
 * @throws Error when a file cannot be read or holds no certificate and key that belong together
 */
export async function createSecureServer(
  tls: Tls,
  log: Pick<Log, 'error'>,
  onSocket: (socket: Socket) => void,
): Promise<Server> {
  const files = await readFiles(tls)
  const server = createServer({ ...files, minVersion, handshakeTimeout: handshakeMaxMs, noDelay: true }, onSocket)
  const timer = setInterval(() => void readAgain(server, tls, log), readAgainMs)
  timer.unref()
  return server.on('close', () => clearInterval(timer))
}

const readFiles = async ({ certificateFile, keyFile }: Tls) => ({
  cert: await readFile(certificateFile),
  key: await readFile(keyFile),
})

async function readAgain(server: Server, tls: Tls, log: Pick<Log, 'error'>): Promise<void> {
  try {
    server.setSecureContext({ ...(await readFiles(tls)), minVersion })
  } catch (error) {
    log.error({ err: error }, 'the certificate of the gateway could not be read again; the one before stays')
  }
}
