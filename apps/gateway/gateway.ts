import { randomBytes } from 'node:crypto'
import type { Log } from '@tingzhou/http'
import { newId, type Db } from '@tingzhou/db'
import { createAssembler, toResendRequest } from '@tingzhou/jt808'
import type { Clock } from '@tingzhou/kernel'
import { repeat } from '@tingzhou/timers'
import { endCommand, noteSeen, noteSent, openCommands, openDevices, type Telemetry } from '@tingzhou/telemetry'
import { createCounters, type Counters } from './counters.ts'
import { createFrameLog, type FrameLog } from './frame-log.ts'
import { createIntake } from './intake.ts'
import type { Medium, Platform } from './jt808/platform.ts'
import { listenTcp, listenUdp, type Port } from './jt808/server.ts'
import type { Device } from '@tingzhou/telemetry'

export type GatewayDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: Clock
  readonly log: Pick<Log, 'error' | 'info'>
  readonly telemetry: Telemetry
  readonly keepMedium: (device: Device, medium: Medium) => Promise<void>
}

/** Where a gateway listens; null: not. */
export type GatewayPorts = { readonly host: string; readonly jt808: number | null; readonly jt808Udp: number | null }

/** The edge of the zone: devices of the field speak to it. */
export type Gateway = {
  readonly ports: { readonly jt808: number | null; readonly jt808Udp: number | null }
  readonly counters: Counters
  readonly frames: FrameLog
  /** Identities of the devices that are connected. */
  readonly online: () => readonly string[]
  /** Looks now for new devices and orders, which it does by itself every half second. */
  readonly poll: () => Promise<void>
  readonly close: () => Promise<void>
}

const pollMs = 500
const partsMs = 1_000
const seenMs = 10_000

/**
 * Opens the ports of the gateway.
 * @throws Error when a port is taken: nothing stays open then
 */
export async function openGateway(deps: GatewayDeps, { host, ...ports }: GatewayPorts): Promise<Gateway> {
  const platform = await openPlatform(deps)
  const open: Port[] = []
  const listen = async (port: number | null, how: typeof listenTcp): Promise<number | null> => {
    if (port === null) return null
    const listening = await how(platform, port, host)
    open.push(listening)
    return listening.port
  }
  const closePorts = async () => void (await Promise.all(open.map(({ close }) => close())))
  try {
    const found = { jt808: await listen(ports.jt808, listenTcp), jt808Udp: await listen(ports.jt808Udp, listenUdp) }
    const poll = () => pollOrders(platform)
    const onError = (error: unknown) => deps.log.error({ err: error }, 'the gateway could not do its rounds')
    const loops = [
      repeat(pollMs, poll, onError),
      repeat(partsMs, async () => askForParts(platform), onError),
      repeat(seenMs, () => tellSeen(platform), onError),
    ]
    return {
      ports: found,
      counters: platform.counters,
      frames: platform.frames,
      online: () => [...platform.sessions.keys()],
      poll,
      close: async () => {
        for (const stop of loops) await stop()
        await closePorts()
        await Promise.all(platform.answering.values())
        await tellSeen(platform)
      },
    }
  } catch (error) {
    await closePorts()
    throw error
  }
}

async function openPlatform({ db, zoneId, clock, log, telemetry, keepMedium }: GatewayDeps): Promise<Platform> {
  const devices = await openDevices(db, zoneId, 'jt808')
  const answering = new Map<string, Promise<void>>()
  return {
    db,
    zoneId,
    clock,
    log,
    telemetry,
    devices,
    keepMedium,
    newId,
    intake: createIntake(telemetry, (error) => log.error({ err: error }, 'readings could not be kept')),
    counters: createCounters(),
    frames: createFrameLog(),
    assembler: createAssembler(),
    sessions: new Map(),
    seen: new Map(),
    strangers: new Map(),
    newSecret: () => randomBytes(6).toString('hex'),
    answering,
    answerOrder: (id, state, answer) => {
      const noted = endCommand(db, zoneId, id, { state, answer }, clock())
        .then(
          () => {},
          (error: unknown) => log.error({ err: error, command: id }, 'an answer could not be noted'),
        )
        .finally(() => answering.delete(id))
      answering.set(id, noted)
    },
  }
}

/** Hands orders that wait to the connections of their devices; others may be connected elsewhere. */
async function pollOrders({ db, zoneId, clock, devices, telemetry, sessions, answering }: Platform): Promise<void> {
  await Promise.all([devices.refresh(), telemetry.catalog.refresh()])
  const connected = new Map([...sessions.values()].map((session) => [session.device()?.id ?? '', session]))
  connected.delete('')
  if (connected.size === 0) return
  for (const order of await openCommands(db, zoneId, [...connected.keys()], clock())) {
    const session = connected.get(order.deviceId)
    // An answer that is being noted has ended it already.
    if (!session || session.hasOrder(order.id) || answering.has(order.id)) continue
    if (await noteSent(db, zoneId, order.id, clock())) session.order(order)
  }
}

function askForParts({ assembler, sessions, counters }: Platform): void {
  const { missing, dropped } = assembler.due(performance.now())
  for (const each of missing)
    sessions.get(each.header.phone)?.askAgain((serial) => toResendRequest(each, 'down', serial))
  for (const { why } of dropped) counters.add(`jt808.parts_dropped.${why}`)
}

/** Notes when devices were heard: those that connected since, and all that are connected. */
async function tellSeen(platform: Platform): Promise<void> {
  const { db, zoneId, clock, seen, sessions } = platform
  for (const session of sessions.values()) {
    const device = session.device()
    if (device && session.heardSince(performance.now() - seenMs))
      seen.set(device.id, {
        superseded: 0,
        ...seen.get(device.id),
        id: device.id,
        at: clock(),
        address: session.address,
      })
  }
  const told = [...seen.values()]
  seen.clear()
  await noteSeen(db, zoneId, told)
}
