import type * as library from 'node-opcua-client'
import type { ClientSession, ClientSessionPublishService, ClientSessionRawSubscriptionService } from 'node-opcua-client'

/** node-opcua-client, which is installed only where machines speak OPC UA. */
export type Library = typeof library

/**
 * Loads the library, which takes a second and 80 MB, and keeps it from writing to the console: what is wrong is told as a state.
 * @throws Error when it is not installed
 */
export async function loadLibrary(): Promise<Library> {
  // It reads this once, while it is loaded; an operator may ask for its lines (0 none … 4 warnings … 7 all).
  process.env['NODEOPCUA_LOG_LEVEL'] ??= '0'
  return await import('node-opcua-client')
}

/** Whether an import failed because the package is not there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String(error.code))

/** A session, with the services of subscriptions as they are in the protocol. */
export type Session = ClientSession & ClientSessionRawSubscriptionService & ClientSessionPublishService

/** Every session of the library has them, its type leaves them out. */
export const isSession = (session: ClientSession): session is Session =>
  'createSubscription' in session && 'createMonitoredItems' in session && 'publish' in session
