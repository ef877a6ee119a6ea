import { randomBytes } from 'node:crypto'
import { createAssembler, toResendRequest } from '@tingzhou/jt808'
import { openDevices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import { createPointMaker } from '../point-maker.ts'
import type { Speaker } from '../speaker.ts'
import { listenTcp, type Connect } from '../tcp.ts'
import { createFrameKeeper } from './frame-keeper.ts'
import { framesOfDropped } from './packages.ts'
import type { Platform } from './platform.ts'
import { profileOf } from './reading.ts'
import { createItemTaker } from './readings.ts'
import { createKeyRing } from './rsa.ts'
import { createSession } from './session.ts'
import { listenUdp } from './udp.ts'

/** Speaks JT/T 808 with terminals, over TCP and UDP. */
export async function openJt808(edge: Edge, keepMedium: Platform['keepMedium']): Promise<Speaker> {
  const devices = await openDevices(edge.db, edge.zoneId, 'jt808')
  const points = createPointMaker(edge, devices)
  const platform: Platform = {
    ...edge,
    protocol: 'jt808',
    devices,
    points,
    items: createItemTaker({ ...edge, devices, points }),
    keepMedium,
    assembler: createAssembler(),
    keeper: createFrameKeeper(edge),
    keys: createKeyRing(),
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
    settle: async () => {
      await Promise.all([points.settle(), platform.keeper.settle()])
    },
  }
}

/** Asks for packages that are missing. What came of a message that is given up was answered: it is kept as it came. */
function askForParts({ assembler, links, counters, devices, keeper }: Platform): void {
  const { missing, dropped } = assembler.due(performance.now())
  for (const each of missing) links.get(each.header.phone)?.askAgain((serial) => toResendRequest(each, 'down', serial))
  for (const each of dropped) {
    counters.add(`jt808.parts_dropped.${each.why}`)
    const device = devices.find(each.header.phone)
    const frames = device ? framesOfDropped(each, profileOf(device.settings)) : []
    if (!device || frames.length === 0) continue
    keeper.keep({ identity: device.identity, why: 'unread', frames }, (isKept) => {
      if (!isKept) counters.add('jt808.not_kept')
    })
  }
}
