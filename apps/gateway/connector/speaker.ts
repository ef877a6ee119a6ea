import type { FromConnector } from '@tingzhou/connector'
import { epochMs } from '@tingzhou/kernel'
import {
  openDevices,
  templateOf,
  writeFault,
  type Device,
  type DeviceOrder,
  type MachineState,
  type ToldMachine,
} from '@tingzhou/telemetry'
import { SetValue, type CalledProtocol, type DeviceSource } from '@tingzhou/telemetry/source'
import { noteHeard, type Edge } from '../edge.ts'
import { createPointMaker } from '../point-maker.ts'
import { openPointNames } from '../point-names.ts'
import type { Link, Speaker } from '../speaker.ts'
import { keepChild, type Child, type ChildEnd } from './child.ts'
import type { Entry } from './entry.ts'
import { plain, type Calling, type Machine, type Platform } from './platform.ts'
import { segmentsIn } from './spool-disk.ts'
import { noteSpool, take } from './taking.ts'

/** The speaker of a protocol whose machines are called: by a process of its own. */
export type ConnectorSpeaker = Speaker & {
  readonly machine: (identity: string) => MachineState | null
  /** Of all machines, by their devices. */
  readonly states: () => readonly ToldMachine[]
  /** Of the process; null while there is none. */
  readonly pid: () => number | null
  readonly close: () => Promise<void>
}

/** Opens the speaker of a protocol whose machines are called. Its process is there while there are devices, or readings that wait. */
export async function openConnector(
  edge: Edge,
  protocol: CalledProtocol,
  entry: Entry,
  calling: Calling,
): Promise<ConnectorSpeaker> {
  const devices = await openDevices(edge.db, edge.zoneId, protocol)
  const points = createPointMaker(edge, devices)
  const machines = new Map<string, Machine>()
  const platform: Platform = {
    ...edge,
    protocol,
    devices,
    points,
    calling,
    formerNames: new Map(),
    machines,
    links: new Map(),
    taking: new Set(),
    tell: (child) => {
      const named = [...machines].map(([identity, { device, source }]) => ({ identity, node: device.nodeId, source }))
      child.send({ kind: 'devices', devices: named })
      for (const machine of machines.values()) machine.isTold = true
    },
    child: null,
    segments: waitingIn(calling),
    spoolFault: null,
    round: 0,
  }
  let rounds: Promise<void> = Promise.resolve()
  let isClosed = false
  /** Whether the last round is still under way. */
  let isBusy = false
  return {
    protocol,
    devices,
    links: platform.links,
    listen: {},
    tick: () => {
      if (isBusy || isClosed) return
      isBusy = true
      rounds = follow(platform, entry)
        .catch((error: unknown) => edge.log.error({ err: error, protocol }, 'the machines could not be looked through'))
        .finally(() => (isBusy = false))
    },
    settle: async () => void (await Promise.all([points.settle(), ...platform.taking])),
    machine: (identity) => {
      const machine = machines.get(identity)
      return machine ? shownState(platform, machine) : null
    },
    states: () =>
      [...machines.values()].map((machine) => ({ deviceId: machine.device.id, ...shownState(platform, machine) })),
    pid: () => platform.child?.pid() ?? null,
    close: async () => {
      isClosed = true
      await rounds
      const { child } = platform
      platform.child = null
      await child?.close()
      platform.links.clear()
    },
  }
}

const waitingIn = ({ spool }: Calling): number => (spool ? segmentsIn(spool.folder) : 0)

const shownState = ({ spoolFault }: Platform, { state, refusal, backlog }: Machine): MachineState => ({
  ...state,
  reason: state.reason ?? refusal ?? (spoolFault === null ? null : `readings cannot wait on disk: ${spoolFault}`),
  backlog,
})

/** Tells the connector which machines there are, when they are others than before. */
async function follow(platform: Platform, entry: Entry): Promise<void> {
  const { devices, machines, calling, log, tell } = platform
  await calling.logins
    ?.refresh()
    .catch((error: unknown) => log.error({ err: error }, 'the passwords could not be read again'))
  let changed = false
  for (const identity of machines.keys()) {
    // One that another device has in its place goes on.
    if (devices.find(identity)?.settings.source) continue
    letGo(platform, identity)
    changed = true
  }
  if (calling.isCalled) for (const device of devices.all()) changed = (await followOne(platform, device)) || changed
  if (machines.size === 0 && platform.segments === 0) {
    const { child } = platform
    platform.child = null
    await child?.close()
    // What was not kept until the end waits now: the next round sends it. What cannot be removed would be sent again and again.
    if (child && platform.spoolFault === null) platform.segments = waitingIn(calling)
    return
  }
  if (!platform.child) platform.child = begin(platform, entry)
  else if (changed) tell(platform.child)
}

/** @returns whether the connector is to be told */
async function followOne(platform: Platform, device: Device): Promise<boolean> {
  const { machines, points, counters, log, clock, protocol } = platform
  const { identity, nodeId, settings } = device
  const known = machines.get(identity)
  if (!settings.source || (known?.device === device && !platform.calling.logins)) return false
  const source = callOf(platform, settings.source)
  const written = JSON.stringify(source)
  if (known?.device.nodeId === nodeId && known.written === written) {
    known.device = device
    return false
  }
  try {
    const hasRoom = await points.make(device, settings.source.points.map(templateOf))
    if (!hasRoom) {
      counters.add(`${protocol}.points_without_room`)
      log.info({ device: identity }, 'equipment has no room for the points of its machine')
    }
    const names = await openPointNames(platform, nodeId)
    platform.links.delete(identity)
    machines.set(identity, {
      device,
      names,
      source,
      written,
      // Until it answers where it is called now.
      state: { address: null, reason: null, since: clock() },
      backlog: null,
      isTold: false,
      refusal: null,
      heardMs: known?.heardMs ?? -Infinity,
      orders: known?.orders ?? new Map(),
    })
    return true
  } catch (error) {
    // The next round tries again.
    log.error({ err: error, device: identity }, 'the points of a machine could not be made')
    return false
  }
}

/** What the connector is told of a source: with the password of its user, where there is one. */
function callOf({ calling: { logins } }: Platform, source: DeviceSource): object {
  // What its points are called is ours: for a name no machine is called anew.
  const points = source.points.map(({ name: _name, unit: _unit, resolution: _resolution, ...asked }) => asked)
  if (!('username' in source) || source.username === null) return { ...source, points }
  const password = logins?.find(source.url, source.username) ?? null
  return { ...source, points, ...(password === null ? {} : { password }) }
}

function letGo({ machines, links }: Platform, identity: string): void {
  machines.delete(identity)
  links.delete(identity)
}

function begin(platform: Platform, entry: Entry): Child {
  const { protocol, calling, counters, log, machines, links, clock, tell, answerOrder } = platform
  const onEnd = ({ code, signal, said, waitMs }: ChildEnd): void => {
    // It was let go, not lost.
    if (platform.child !== child) return
    for (const machine of machines.values()) {
      // Set again, a push-button would be pushed twice.
      for (const id of machine.orders.keys())
        answerOrder(id, 'failed', { fault: 'its connector ended: whether it was set is not known' })
      machine.orders.clear()
      machine.state = { address: null, reason: 'its connector begins again', since: clock() }
      // The next one counts anew.
      machine.backlog = null
    }
    links.clear()
    counters.add(`${protocol}.connector_ended`)
    log.error({ protocol, code, signal, said, waitMs }, 'a connector ended and is begun again')
  }
  const child = keepChild(entry, {
    onStart: (started) => {
      platform.round++
      if (calling.spool) started.send({ kind: 'spool', spool: calling.spool })
      tell(started)
    },
    onMessage: (message) => hear(platform, message),
    onEnd,
  })
  return child
}

function hear(platform: Platform, message: FromConnector): void {
  const { protocol, machines, frames, counters } = platform
  switch (message.kind) {
    case 'alive':
      return
    case 'readings': {
      const taken = take(platform, message).catch((error: unknown) =>
        platform.log.error(
          { err: error, protocol, device: message.device },
          'readings of a machine could not be taken',
        ),
      )
      platform.taking.add(taken)
      return void taken.finally(() => platform.taking.delete(taken))
    }
    case 'backlog': {
      const { device, node, readings, since } = message
      const machine = machines.get(device)
      if (machine?.device.nodeId !== node) return
      machine.backlog = since === null ? null : { readings, since: epochMs(since) }
      return
    }
    case 'spool':
      return noteSpool(platform, message)
    case 'state':
      return noteState(platform, message)
    case 'frame': {
      const { device, at, direction, bytes, fault } = message
      if (fault !== null) counters.add(`${protocol}.faults`)
      if (machines.has(device)) frames.add(protocol, device, { at, direction, bytes, fault })
      return
    }
    case 'written':
      return noteWritten(platform, message)
  }
}

function noteState(
  platform: Platform,
  { device: identity, address, reason }: Extract<FromConnector, { kind: 'state' }>,
) {
  const { machines, links, clock } = platform
  const machine = machines.get(identity)
  // What is said of the address that was before says nothing.
  if (!machine?.isTold) return
  const { state } = machine
  const said = reason === null ? null : plain(reason)
  if (state.address !== address || state.reason !== said) machine.state = { address, reason: said, since: clock() }
  if (address === null) return void links.delete(identity)
  machine.heardMs = performance.now()
  links.set(identity, linkOf(platform, identity, address))
  noteHeard(platform, machine.device.id, address)
}

function linkOf(platform: Platform, identity: string, address: string): Link {
  const { machines, devices } = platform
  const own = () => machines.get(identity)
  return {
    device: () => {
      const found = devices.find(identity)
      return found?.id === own()?.device.id ? (found ?? null) : null
    },
    // While it is known here and there by two sources, an order could go to where it is no more.
    takesOrders: () => {
      const machine = own()
      const found = devices.find(identity)
      return machine !== undefined && machine.isTold && found !== undefined && isSameSource(machine.device, found)
    },
    order: (order) => send(platform, identity, order),
    hasOrder: (id) => own()?.orders.has(id) ?? false,
    heardSince: (ms) => (own()?.heardMs ?? -Infinity) >= ms,
    address,
    supersede: () => platform.log.error({ device: identity }, 'two processes call the same machine; one of them is to'),
  }
}

const isSameSource = (a: Device, b: Device): boolean =>
  a === b || JSON.stringify(a.settings.source) === JSON.stringify(b.settings.source)

/** Hands an order on, unless it is nothing that the machine may be told: its source may be another one by now. */
function send(platform: Platform, identity: string, order: DeviceOrder): void {
  const { machines, devices, answerOrder, child } = platform
  const machine = machines.get(identity)
  const read = order.kind === 'set_value' ? SetValue.safeParse(order.body) : null
  if (!machine || !read?.success)
    return answerOrder(order.id, 'failed', { fault: `${order.kind} cannot be sent to a machine so` })
  const fault = writeFault(devices.find(identity)?.settings.source, read.data)
  if (fault) return answerOrder(order.id, 'failed', { fault: `${fault.field} ${fault.value}: ${fault.rule}` })
  const { point, value } = read.data
  machine.orders.set(order.id, order)
  child?.send({ kind: 'write', order: order.id, device: identity, point, value, expiresAt: order.expiresAt })
}

function noteWritten(
  platform: Platform,
  { order: id, fault, value }: Extract<FromConnector, { kind: 'written' }>,
): void {
  const { machines, answerOrder, counters, protocol } = platform
  const machine = [...machines.values()].find(({ orders }) => orders.has(id))
  machine?.orders.delete(id)
  counters.add(`${protocol}.${fault === null ? 'written' : 'write_refused'}`)
  if (fault === null) answerOrder(id, 'acknowledged', { value })
  else answerOrder(id, 'failed', { fault: plain(fault) })
}
