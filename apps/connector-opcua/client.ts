import type { OPCUAClient, OPCUAClientOptions } from 'node-opcua-client'
import type { Library } from './library.ts'
import type { Pki } from './pki.ts'
import { within } from './wait.ts'

/** What a server is called with. */
export type Caller = {
  readonly library: Library
  readonly pki: Pki
  readonly url: string
  readonly signal: AbortSignal
}

const answerMs = 10_000
const connectMs = 20_000
const letGoMs = 2_000
// A server keeps a session that is lost for this time, and counts it among those that it has room for.
const sessionMs = 60_000
// A connection that is silent for so long is closed; far more than a server takes between two keep-alives.
const transportMs = 120_000

/**
 * Connects to a server, does what is to be done, and leaves nothing open.
 * @param options  beside what is the same for all servers
 * @throws Error when it cannot connect, when the signal comes, or what the work throws
 */
export async function withClient<T>(
  { library, pki, url, signal }: Caller,
  options: OPCUAClientOptions,
  work: (client: OPCUAClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const client = library.OPCUAClient.create({
    applicationName: 'Tingzhou',
    applicationUri: pki.applicationUri,
    certificateKeyPairProvider: pki.identity,
    clientName: 'Tingzhou',
    // We call again ourselves: a new client, session and subscription, so that nothing of the old one is left or doubled.
    connectionStrategy: { maxRetry: 0 },
    // A server behind a router knows itself under another address than the one that reaches it.
    endpointMustExist: false,
    requestedSessionTimeout: sessionMs,
    defaultTransactionTimeout: answerMs,
    transportTimeout: transportMs,
    ...options,
  })
  const over = whenAborted(signal)
  try {
    const connected = within(connectMs, 'the connection', client.connect(url))
    return await Promise.race([over.promise, connected.then(() => work(client))])
  } finally {
    over.forget()
    // What is not let go of in time is closed by the server.
    await within(letGoMs, 'the end', client.disconnect()).catch(() => {})
  }
}

function whenAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  let forget = (): void => {}
  const promise = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(new Error('closed'))
    signal.addEventListener('abort', abort, { once: true })
    forget = () => signal.removeEventListener('abort', abort)
  })
  return { promise, forget }
}
