import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createSocket, type RemoteInfo } from 'node:dgram'
import type { Peer } from '../peer.ts'
import type { Platform } from './platform.ts'
import { createSession, type Session } from './session.ts'

/** A port that terminals call. */
export type Port = { readonly port: number; readonly close: () => Promise<void> }

const connectionsMax = 60_000
const tickMs = 1_000
// What waits to be sent to a terminal that does not read.
const unsentMax = 1_000_000

/**
 * Listens for terminals over TCP.
 * @param port  0: any free one
 * @throws Error when the port is taken
 */
export async function listenTcp(platform: Platform, port: number, host: string): Promise<Port> {
  const sessions = new Set<Session>()
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    const session = createSession(platform, tcpPeer(socket))
    sessions.add(session)
    sockets.add(socket)
    socket.on('data', (bytes: Buffer) => guarded(platform, session, bytes))
    // What went wrong is followed by "close".
    socket.on('error', () => platform.counters.add('jt808.connection_errors'))
    socket.on('close', () => {
      sessions.delete(session)
      sockets.delete(socket)
      session.closed()
    })
  })
  server.maxConnections = connectionsMax
  server.listen(port, host)
  await once(server, 'listening')
  const timer = setInterval(() => tickAll(sessions), tickMs)
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

/** A fault of ours with what one connection sent closes that connection, never the server. */
function guarded({ log, counters }: Platform, session: Session, bytes: Uint8Array): void {
  try {
    session.receive(bytes)
  } catch (error) {
    counters.add('jt808.faults')
    log.error(
      { err: error, address: session.address, hex: Buffer.from(bytes).toString('hex', 0, 1_100) },
      'a connection was closed for a fault',
    )
    session.close()
  }
}

function tickAll(sessions: Iterable<Session>): void {
  const now = performance.now()
  for (const session of sessions) session.tick(now)
}

/** Answers that are given in one turn of the event loop leave in one packet. */
function tcpPeer(socket: Socket): Peer {
  let corked = false
  const uncork = () => {
    corked = false
    socket.uncork()
  }
  return {
    address: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`,
    send: (bytes) => {
      if (socket.destroyed) return
      if (socket.writableLength > unsentMax) return void socket.destroy()
      if (!corked) {
        corked = true
        socket.cork()
        setImmediate(uncork)
      }
      socket.write(bytes)
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => socket.destroySoon(),
  }
}

const idleMaxMs = 180_000

/**
 * Listens for terminals over UDP: an address is a connection for as long as it is heard.
 * @throws Error when the port is taken
 */
export async function listenUdp(platform: Platform, port: number, host: string): Promise<Port> {
  const socket = createSocket('udp4')
  const peers = new Map<string, { readonly session: Session; heardMs: number; isHeld: boolean }>()
  socket.on('error', () => platform.counters.add('jt808.connection_errors'))
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    if (from.port === 0) return platform.counters.add('jt808.udp_no_port')
    const key = `${from.address}:${from.port}`
    let peer = peers.get(key)
    if (!peer) {
      if (peers.size >= connectionsMax) return platform.counters.add('jt808.udp_crowded')
      // A datagram that cannot be sent is as one that is lost.
      const send = (answer: Uint8Array) => socket.send(answer, from.port, from.address, () => {})
      const hold = (isHeld: boolean) => () => {
        if (peer) peer.isHeld = isHeld
      }
      const still = { address: key, send, pause: hold(true), resume: hold(false), close: () => void peers.delete(key) }
      peers.set(key, (peer = { session: createSession(platform, still), heardMs: 0, isHeld: false }))
    }
    peer.heardMs = performance.now()
    // Nobody waits at the other end: what comes too fast is lost, and sent again.
    if (peer.isHeld) return platform.counters.add('jt808.udp_dropped')
    guarded(platform, peer.session, bytes)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  const timer = setInterval(() => {
    const now = performance.now()
    for (const [key, { session, heardMs }] of peers) {
      session.tick(now)
      if (now - heardMs <= idleMaxMs) continue
      session.closed()
      peers.delete(key)
    }
  }, tickMs)
  return {
    port: socket.address().port,
    close: async () => {
      clearInterval(timer)
      for (const { session } of peers.values()) session.closed()
      await new Promise<void>((resolve) => socket.close(() => resolve()))
    },
  }
}
