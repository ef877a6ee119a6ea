import { once } from 'node:events'
import { createSocket, type RemoteInfo } from 'node:dgram'
import type { Port } from '../speaker.ts'
import { connectionsMax, guarded, tickMs, type Connect, type Connection } from '../tcp.ts'

/**
 * Listens for terminals over UDP: an address is a connection for as long as it is heard.
 * @throws Error when the port is taken
 */
export async function listenUdp(how: Connect, port: number, host: string): Promise<Port> {
  const { counters } = how.edge
  const socket = createSocket('udp4')
  const peers = new Map<string, { readonly session: Connection; isHeld: boolean }>()
  socket.on('error', () => counters.add('jt808.connection_errors'))
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    if (from.port === 0) return counters.add('jt808.udp_no_port')
    const key = `${from.address}:${from.port}`
    let peer = peers.get(key)
    if (!peer) {
      if (peers.size >= connectionsMax) return counters.add('jt808.udp_crowded')
      // A datagram that cannot be sent is as one that is lost.
      const send = (answer: Uint8Array) => socket.send(answer, from.port, from.address, () => {})
      const hold = (isHeld: boolean) => () => {
        if (peer) peer.isHeld = isHeld
      }
      const still = { address: key, send, pause: hold(true), resume: hold(false), close: () => void peers.delete(key) }
      peers.set(key, (peer = { session: how.connect(still), isHeld: false }))
    }
    // Nobody waits at the other end: what comes too fast is lost, and sent again.
    if (peer.isHeld) return counters.add('jt808.udp_dropped')
    guarded(how, peer.session, bytes)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  const timer = setInterval(() => {
    const now = performance.now()
    // A session that is silent for too long closes itself.
    for (const { session } of peers.values()) session.tick(now)
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
