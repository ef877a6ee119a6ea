import { repeat } from '@tingzhou/timers'
import { beatMs, noteSeen, openCommands, takeOrders, type MachineState, type Protocol } from '@tingzhou/telemetry'
import { calledProtocols, type Calls } from './connector/calls.ts'
import { openConnector, type ConnectorSpeaker } from './connector/speaker.ts'
import type { Counters } from './counters.ts'
import { createEdge, noteHeard, type Edge, type EdgeDeps } from './edge.ts'
import type { FrameLog } from './frame-log.ts'
import { openHj212 } from './hj212/speaker.ts'
import { openHolding, type Hold, type Holding } from './holding.ts'
import { openHttp, type HttpSpeaker } from './http/speaker.ts'
import type { Platform } from './jt808/platform.ts'
import { openJt808 } from './jt808/speaker.ts'
import { openMqtt } from './mqtt/speaker.ts'
import type { Source } from './mqtt-source/config.ts'
import { openSources } from './mqtt-source/source.ts'
import { createPresence } from './presence.ts'
import type { Link, Port, Speaker } from './speaker.ts'
import { createTurns } from './turns.ts'

export type GatewayDeps = EdgeDeps & {
  readonly keepMedium: Platform['keepMedium']
  /** Brokers of sites that are listened to; absent: none. */
  readonly sources?: readonly Source[]
  /** Protocols whose machines are called, and how; absent: none. */
  readonly calls?: Calls
  /** The name of the process, where others can ask for what it knows; absent: there are no others. */
  readonly name?: string
}

export const portNames = ['jt808', 'jt808Udp', 'hj212', 'mqtt'] as const
export type PortName = (typeof portNames)[number]

/** Where a gateway listens; null or absent: not. */
export type GatewayPorts = { readonly host: string } & { readonly [P in PortName]?: number | null }

/** The edge of the zone: devices of the field speak to it. */
export type Gateway = {
  /** Names it, from its start on. */
  readonly id: string
  readonly ports: { readonly [P in PortName]: number | null }
  readonly counters: Counters
  readonly frames: FrameLog
  /** How it stands with a machine that is called. */
  readonly machine: (protocol: Protocol, identity: string) => MachineState | null
  /** The processes that call machines, by protocol; null: there is none now. */
  readonly connectors: () => Readonly<Partial<Record<Protocol, number | null>>>
  /** Ids of the devices that are connected. */
  readonly online: () => readonly string[]
  /** Takes a batch that a device posted. */
  readonly ingest: HttpSpeaker['ingest']
  /** Looks now for new devices, takeovers and orders, which it does by itself every half second. */
  readonly poll: () => Promise<void>
  readonly close: () => Promise<void>
}

const pollMs = 500
const tickMs = 1_000
const seenMs = 10_000

/**
 * Opens the ports of the gateway. A port that another program has keeps its devices out, nobody else: it is said in the log.
 * @param background  whether new devices and orders are looked for by themselves
 * @throws Error when a port cannot be opened for another reason: nothing stays open then
 */
export async function openGateway(
  deps: GatewayDeps,
  { host, ...wanted }: GatewayPorts,
  background = true,
): Promise<Gateway> {
  const edge = createEdge(deps)
  const http = await openHttp(edge)
  const connectors = await openConnectors(edge, deps.calls)
  const speakers = [...(await openSpeakers(edge, deps)), http, ...connectors]
  const open: Port[] = []
  const closePorts = async () => void (await Promise.all(open.map(({ close }) => close())))
  const listen = async (name: PortName): Promise<number | null> => {
    const port = wanted[name] ?? null
    const how = speakers.map((speaker) => speaker.listen[name]).find((found) => found !== undefined)
    if (port === null || !how) return null
    try {
      const listening = await how(port, host)
      open.push(listening)
      return listening.port
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
      deps.log.error({ err: error, port }, `the port of ${name} devices is taken; set another one`)
      return null
    }
  }
  try {
    const ports = Object.fromEntries(await inTurn(portNames, async (name) => [name, await listen(name)] as const))
    const mqtt = speakers.find(({ protocol }) => protocol === 'mqtt')
    if (mqtt && deps.sources) open.push({ port: 0, ...(await openSources(edge, mqtt.devices, deps.sources)) })
    for (const { close } of connectors) open.push({ port: 0, close })
    const holding = await openHolding(edge, speakers)
    const turns = createTurns()
    const poll = () => turns.inTurn(holding.id, () => look(edge, speakers, holding))
    const online = () => linksOf(speakers).flatMap((link) => link.device()?.id ?? [])
    const count = () => online().length
    const presence =
      deps.name === undefined
        ? null
        : createPresence({ edge, id: holding.id, name: deps.name, connectors, online: count })
    const beat = async () => {
      await presence?.beat()
      await turns.inTurn(holding.id, holding.takeBack)
    }
    const tell = async () => presence?.tell()
    await beat()
    const onError = (error: unknown) => deps.log.error({ err: error }, 'the gateway could not do its rounds')
    const rounds: readonly (readonly [everyMs: number, work: () => Promise<void>])[] = [
      [pollMs, poll],
      [pollMs, tell],
      [beatMs, beat],
      ...speakers.map(({ tick }) => [tickMs, async () => tick?.()] as const),
      [seenMs, () => tellSeen(edge, speakers)],
    ]
    const loops = background ? rounds.map(([everyMs, work]) => repeat(everyMs, work, onError)) : []
    return {
      id: holding.id,
      // One entry a name.
      ports: ports as Gateway['ports'],
      counters: edge.counters,
      frames: edge.frames,
      machine: (protocol, identity) =>
        connectors.find((connector) => connector.protocol === protocol)?.machine(identity) ?? null,
      connectors: () => Object.fromEntries(connectors.map(({ protocol, pid }) => [protocol, pid()])),
      online,
      ingest: http.ingest,
      poll,
      close: async () => {
        for (const stop of loops) await stop()
        await closePorts()
        await Promise.all(speakers.map(async ({ settle }) => settle?.()))
        await Promise.all(edge.answering.values())
        await tellSeen(edge, speakers)
        await holding.release()
        await presence?.leave()
      },
    }
  } catch (error) {
    await closePorts()
    throw error
  }
}

/** The protocols that are spoken here. */
const openSpeakers = async (edge: Edge, { keepMedium }: GatewayDeps): Promise<readonly Speaker[]> => [
  await openJt808(edge, keepMedium),
  await openHj212(edge),
  await openMqtt(edge),
]

/** The protocols whose machines are called. */
async function openConnectors(edge: Edge, calls: Calls = {}): Promise<readonly ConnectorSpeaker[]> {
  const { logins = null, spools = {}, emptied = [], ...entries } = calls
  return inTurn(calledProtocols, async (protocol) => {
    const entry = entries[protocol]
    const calling = { logins, spool: spools[protocol] ?? null, isCalled: !emptied.includes(protocol) }
    return entry ? [await openConnector(edge, protocol, entry, calling)] : []
  }).then((opened) => opened.flat())
}

/** One after the other: what cannot be opened leaves only what was opened before it. */
async function inTurn<T, R>(all: readonly T[], each: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const one of all) results.push(await each(one))
  return results
}

const linksOf = (speakers: readonly Speaker[]): Link[] => speakers.flatMap(({ links }) => [...links.values()])

/**
 * Looks for devices that are new, connections that were taken over, and orders. Orders are read first: what was changed of a device
 * before somebody asked something of it is known before that is sent.
 */
async function look(edge: Edge, speakers: readonly Speaker[], holding: Holding): Promise<void> {
  const { db, zoneId, clock, telemetry } = edge
  const connected = linksOf(speakers).flatMap((link) => link.device()?.id ?? [])
  const orders = connected.length > 0 ? await openCommands(db, zoneId, connected, clock()) : []
  await Promise.all([...speakers.map(({ devices }) => devices.refresh()), telemetry.catalog.refresh()])
  await holding.follow()
  if (orders.length > 0) await sendOrders(edge, speakers, holding, orders)
}

type Order = Awaited<ReturnType<typeof openCommands>>[number]

/** Hands orders that wait to the connections of their devices that are the newest; others may be connected elsewhere. */
async function sendOrders(
  edge: Edge,
  speakers: readonly Speaker[],
  holding: Holding,
  orders: readonly Order[],
): Promise<void> {
  const { db, zoneId, clock, answering } = edge
  const holds = new Map<string, Hold>()
  for (const link of linksOf(speakers)) {
    const device = link.device()
    const hold = device && (link.takesOrders?.() ?? true) ? holding.find(device.id, link) : null
    if (device && hold) holds.set(device.id, hold)
  }
  const nowMs = performance.now()
  const due = orders.flatMap((order) => {
    const hold = holds.get(order.deviceId)
    // An answer that is being noted has ended it already.
    if (!hold || hold.link.hasOrder(order.id) || answering.has(order.id)) return []
    return order.state === 'sent' && nowMs < hold.resendFromMs ? [] : [{ order, ...hold }]
  })
  if (due.length === 0) return
  const sending = {
    gatewayId: holding.id,
    orders: due.map(({ order }) => order),
    holds: [...new Map(due.map(({ order: { deviceId }, epoch }) => [deviceId, { deviceId, epoch }])).values()],
  }
  const taken = await takeOrders(db, zoneId, sending, clock())
  for (const { order, link } of due) if (taken.has(order.id)) link.order(order)
}

/** Notes when devices were heard: those that connected since, and all that are connected. */
async function tellSeen(edge: Edge, speakers: readonly Speaker[]): Promise<void> {
  const { db, zoneId, seen } = edge
  for (const link of linksOf(speakers)) {
    const device = link.device()
    if (device && link.heardSince(performance.now() - seenMs)) noteHeard(edge, device.id, link.address)
  }
  const told = [...seen.values()]
  seen.clear()
  await noteSeen(db, zoneId, told)
}
