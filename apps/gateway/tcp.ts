import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Edge } from './edge.ts'
import type { Peer } from './peer.ts'
import type { Port } from './speaker.ts'
import { createSecureServer } from './tls.ts'

/** One connection, whatever is spoken over it. */
export type Connection = {
  readonly receive: (bytes: Uint8Array) => void
  readonly closed: () => void
  /** Does what is due, once a second. */
  readonly tick: (nowMs: number) => void
  readonly close: () => void
  readonly address: string
}

/** How a protocol makes its connections. */
export type Connect = {
  /** Begins the names of what is counted. */
  readonly protocol: string
  readonly edge: Edge
  readonly connect: (peer: Peer) => Connection
  /** What came, without what nobody may read in a log. */
  readonly shown?: (bytes: Uint8Array) => Uint8Array
}

export const connectionsMax = 60_000
export const tickMs = 1_000
// What waits to be sent to a device that does not read.
const unsentMax = 1_000_000
// One that does not read what was written to it before its connection is ended.
const lingerMs = 5_000

/**
 * Listens for devices over TCP.
 * @param port  0: any free one
 * @throws Error when the port is taken
 */
export async function listenTcp(how: Connect, port: number, host: string): Promise<Port> {
  const { protocol, edge, connect } = how
  const connections = new Set<Connection>()
  const sockets = new Set<Socket>()
  const server = await createPort(how, (socket) => {
    const connection = connect(tcpPeer(socket, () => edge.counters.add(`${protocol}.stalled`)))
    connections.add(connection)
    socket.on('data', (bytes: Buffer) => guarded(how, connection, bytes))
    // What went wrong is followed by "close".
    socket.on('error', () => edge.counters.add(`${protocol}.connection_errors`))
    socket.on('close', () => {
      connections.delete(connection)
      connection.closed()
    })
  })
  // Before it has shown that it speaks TLS a connection is one of these only.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.maxConnections = connectionsMax
  server.listen(port, host)
  await once(server, 'listening')
  const timer = setInterval(() => tickAll(connections), tickMs)
  return {
    // A TCP listener has a port.
    port: (server.address() as AddressInfo).port,
    close: async () => {
      clearInterval(timer)
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function createPort({ protocol, edge }: Connect, onSocket: (socket: Socket) => void): Promise<Server> {
  if (!edge.tls?.protocols.has(protocol)) return createServer({ noDelay: true }, onSocket)
  const server = await createSecureServer(edge.tls, edge.log, onSocket)
  return server.on('tlsClientError', () => edge.counters.add(`${protocol}.tls_errors`))
}

/** A fault of ours with what one connection sent closes that connection, never the server. */
export function guarded({ protocol, edge, shown }: Connect, connection: Connection, bytes: Uint8Array): void {
  try {
    connection.receive(bytes)
  } catch (error) {
    edge.counters.add(`${protocol}.faults`)
    const hex = Buffer.from(shown ? shown(bytes) : bytes).toString('hex', 0, 1_100)
    edge.log.error({ err: error, address: connection.address, hex }, 'a connection was closed for a fault')
    connection.close()
  }
}

function tickAll(connections: Iterable<Connection>): void {
  const now = performance.now()
  for (const connection of connections) connection.tick(now)
}

/** Answers that are given in one turn of the event loop leave in one packet. */
function tcpPeer(socket: Socket, onStalled: () => void): Peer {
  let corked = false
  const uncork = () => {
    corked = false
    socket.uncork()
  }
  return {
    address: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`,
    send: (bytes) => {
      if (socket.destroyed) return
      if (socket.writableLength > unsentMax) {
        onStalled()
        return void socket.destroy()
      }
      if (!corked) {
        corked = true
        socket.cork()
        setImmediate(uncork)
      }
      socket.write(bytes)
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => {
      socket.destroySoon()
      setTimeout(() => socket.destroy(), lingerMs).unref()
    },
  }
}
