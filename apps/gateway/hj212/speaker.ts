import { createAssembler } from '@tingzhou/hj212'
import { openDevices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import { createPointMaker } from '../point-maker.ts'
import type { Speaker } from '../speaker.ts'
import { createTurns } from '../turns.ts'
import { listenTcp, type Connect } from '../tcp.ts'
import type { Platform } from './platform.ts'
import { createSession } from './session.ts'
import { withoutPassword } from './shown.ts'

/** Speaks HJ 212 with environmental monitors: the versions of 2005, 2017 and 2025 on one port. */
export async function openHj212(edge: Edge): Promise<Speaker> {
  const devices = await openDevices(edge.db, edge.zoneId, 'hj212')
  const platform: Platform = {
    ...edge,
    protocol: 'hj212',
    devices,
    points: createPointMaker(edge, devices),
    comparing: createTurns(),
    assembler: createAssembler(),
    links: new Map(),
    clocksSet: new Map(),
    meeting: new Set(),
  }
  const connect: Connect['connect'] = (peer) => createSession(platform, peer)
  const how: Connect = { protocol: 'hj212', edge, connect, shown: withoutPassword }
  return {
    protocol: 'hj212',
    devices,
    links: platform.links,
    listen: { hj212: (port, host) => listenTcp(how, port, host) },
    tick: () => giveUpRecords(platform),
    settle: async () => {
      await platform.points.settle()
      await platform.comparing.settle()
    },
  }
}

/** Records whose packets did not all come: what came of them is kept. */
function giveUpRecords({ assembler, counters, clock }: Platform): void {
  const given = [...assembler.expire(clock()), ...assembler.crowdedOut()]
  if (given.length > 0) counters.add('hj212.records_incomplete', given.length)
}
