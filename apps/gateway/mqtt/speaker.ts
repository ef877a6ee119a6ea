import { openDevices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import { createPointMaker } from '../point-maker.ts'
import type { Speaker } from '../speaker.ts'
import { listenTcp, type Connect } from '../tcp.ts'
import { createTurns } from '../turns.ts'
import type { Platform } from './platform.ts'
import { createSession } from './session.ts'

/** Takes what devices publish over MQTT 3.1.1, and sends them their commands. */
export async function openMqtt(edge: Edge): Promise<Speaker> {
  const turns = createTurns()
  let isClosing = false
  const devices = await openDevices(edge.db, edge.zoneId, 'mqtt')
  const platform: Platform = {
    ...edge,
    protocol: 'mqtt',
    devices,
    points: createPointMaker(edge, devices),
    links: new Map(),
    inTurn: turns.inTurn,
    isClosing: () => isClosing,
  }
  const how: Connect = {
    protocol: 'mqtt',
    edge,
    connect: (peer) => createSession(platform, peer),
    // The first packet holds the code.
    shown: () => new Uint8Array(),
  }
  return {
    protocol: 'mqtt',
    devices: platform.devices,
    links: platform.links,
    listen: {
      mqtt: async (port, host) => {
        const open = await listenTcp(how, port, host)
        const shut = async () => {
          isClosing = true
          await open.close()
        }
        return { port: open.port, close: shut }
      },
    },
    settle: async () => {
      await platform.points.settle()
      await turns.settle()
    },
  }
}
