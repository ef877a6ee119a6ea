import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node'
import type { Log } from '@tingzhou/http'

/** How NATS is reached. */
export type NatsConfig = {
  /** One address or several with commas, `nats://user:password@host:4222` or `tls://…`. */
  readonly url: string
  /** A file with credentials, as `nsc` writes it; null: none. */
  readonly credentialsFile: string | null
  /** A file with the certificates of the authority that signed the servers' ones; null: those that the system knows. */
  readonly authorityFile: string | null
}

export type NatsDeps = {
  readonly nats: NatsConfig
  /** What operators of NATS see. */
  readonly name: string
  readonly log: Pick<Log, 'error'>
  /** Ends the wait. */
  readonly signal: AbortSignal
}

export const retryMs = 1_000

/** What operators of NATS see of a process. */
export const connectionName = (zoneId: string, process: string): string => `tingzhou ${zoneId} ${process}`

/**
 * Connects to NATS, however long that takes; a connection that breaks is made again for ever.
 * @throws Error when an address or a file cannot be read, or the wait is ended
 */
export async function connectNats({ nats, name, log, signal }: NatsDeps): Promise<NatsConnection> {
  const { connect } = await import('@nats-io/transport-node')
  const options = await optionsOf(nats)
  for (;;) {
    try {
      return await connect({
        ...options,
        name,
        timeout: 5_000,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 500,
        // Rights that are refused for a while, as while they are changed, end nothing for good.
        ignoreAuthErrorAbort: true,
        pingInterval: 10_000,
        maxPingOut: 2,
      })
    } catch (error) {
      log.error({ err: error }, 'NATS does not answer; it is asked again every second')
      await sleep(retryMs, undefined, { signal })
    }
  }
}

async function optionsOf({ url, credentialsFile, authorityFile }: NatsConfig): Promise<ConnectionOptions> {
  const { credsAuthenticator } = await import('@nats-io/transport-node')
  const addresses = url.split(',').map((address) => new URL(address.trim()))
  const isSecure = authorityFile !== null || addresses.some(({ protocol }) => protocol === 'tls:')
  const { username, password } = addresses[0] ?? { username: '', password: '' }
  return {
    servers: addresses.map(({ hostname, port }) => `${hostname}:${port || '4222'}`),
    // A name without a password is a token.
    ...(username && password ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}),
    ...(username && !password ? { token: decodeURIComponent(username) } : {}),
    ...(isSecure ? { tls: authorityFile === null ? {} : { ca: await readFile(authorityFile, 'utf8') } } : {}),
    ...(credentialsFile === null ? {} : { authenticator: credsAuthenticator(await readFile(credentialsFile)) }),
  }
}

const goodbyeMs = 2_000

/** Sends what is still to be sent, and closes; a server that does not answer holds nobody up. */
export async function leaveNats(connection: NatsConnection): Promise<void> {
  const drained = connection.drain().catch(() => {})
  await Promise.race([drained, sleep(goodbyeMs, undefined, { ref: false })])
  await connection.close()
}
