import { serve, type Connect, type FromConnector, type ToConnector } from '@tingzhou/connector'
import { openSpoolDisk } from './spool-disk.ts'

export { pause } from './pause.ts'

/**
 * Serves the gateway that forked this process, until it goes.
 * @throws Error when no gateway did
 */
export function runConnector(connect: Connect): void {
  const send = process.send?.bind(process)
  if (!send) throw new Error('a connector is begun by a gateway')
  const channel = {
    send: (message: FromConnector, sent?: () => void) => {
      if (process.connected) send(message, undefined, {}, () => sent?.())
    },
    onMessage: (hear: (message: ToConnector) => void) => {
      // What comes over the channel of a fork is what its gateway sends.
      process.on('message', (message) => hear(message as ToConnector))
    },
  }
  const served = serve(channel, connect, { now: Date.now, later }, openSpoolDisk)
  // Ctrl-C reaches the whole group; the gateway says when it is over.
  process.on('SIGINT', () => {})
  const leave = () => void served.close().finally(() => process.exit(0))
  process.once('disconnect', leave)
  // It may have gone while this process was being read.
  if (!process.connected) leave()
}

function later(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms)
  return () => clearTimeout(timer)
}
