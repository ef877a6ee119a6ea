import { randomBytes } from 'node:crypto'
import { createAssembler, toResendRequest } from '@tingzhou/jt808'
import { openDevices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import type { Speaker } from '../speaker.ts'
import { listenTcp, type Connect } from '../tcp.ts'
import type { Platform } from './platform.ts'
import { createSession } from './session.ts'
import { listenUdp } from './udp.ts'

/** Speaks JT/T 808 with terminals, over TCP and UDP. */
export async function openJt808(edge: Edge, keepMedium: Platform['keepMedium']): Promise<Speaker> {
  const platform: Platform = {
    ...edge,
    protocol: 'jt808',
    devices: await openDevices(edge.db, edge.zoneId, 'jt808'),
    keepMedium,
    assembler: createAssembler(),
    links: new Map(),
    newSecret: () => randomBytes(6).toString('hex'),
  }
  const how: Connect = { protocol: 'jt808', edge, connect: (peer) => createSession(platform, peer) }
  return {
    protocol: 'jt808',
    devices: platform.devices,
    links: platform.links,
    listen: {
      jt808: (port, host) => listenTcp(how, port, host),
      jt808Udp: (port, host) => listenUdp(how, port, host),
    },
    tick: () => askForParts(platform),
  }
}

function askForParts({ assembler, links, counters }: Platform): void {
  const { missing, dropped } = assembler.due(performance.now())
  for (const each of missing) links.get(each.header.phone)?.askAgain((serial) => toResendRequest(each, 'down', serial))
  for (const { why } of dropped) counters.add(`jt808.parts_dropped.${why}`)
}
