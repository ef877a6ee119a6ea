import {
  beat,
  framesAsked,
  leaveGateways,
  tellFrames,
  tellMachines,
  type LoggedFrame,
  type ToldMachine,
} from '@tingzhou/telemetry'
import type { ConnectorSpeaker } from './connector/speaker.ts'
import type { Edge } from './edge.ts'

/** What a process tells of itself, for a server to show. */
export type Presence = {
  /** Says that it is there, and what it has counted. */
  readonly beat: () => Promise<void>
  /** Tells the states of its machines that changed, and the frames that somebody looks at. */
  readonly tell: () => Promise<void>
  readonly leave: () => Promise<void>
}

export type PresenceParts = {
  readonly edge: Edge
  readonly id: string
  /** The name of the process, which no other has. */
  readonly name: string
  readonly connectors: readonly ConnectorSpeaker[]
  /** How many devices are connected. */
  readonly online: () => number
}

const beatsARound = 6

/**
 * Makes what a process tells of itself.
 * Source: own. A beat is one statement; telling is one, and one each when states or frames changed.
 */
export function createPresence({ edge, id, name, connectors, online }: PresenceParts): Presence {
  const { db, zoneId, counters, frames } = edge
  let beats = 0
  /** The states that were told, in writing, by device. */
  const machines = new Map<string, string>()
  /** The last frame that was told, by who it is of. */
  const lastTold = new Map<string, LoggedFrame | undefined>()

  const tellStates = async (): Promise<void> => {
    const now = new Map(connectors.flatMap((connector) => connector.states()).map((state) => [state.deviceId, state]))
    const changed: ToldMachine[] = []
    for (const [device, state] of now) if (machines.get(device) !== JSON.stringify(state)) changed.push(state)
    const gone = [...machines.keys()].filter((device) => !now.has(device))
    await tellMachines(db, zoneId, id, changed, gone)
    for (const state of changed) machines.set(state.deviceId, JSON.stringify(state))
    for (const device of gone) machines.delete(device)
  }
  const tellAsked = async (): Promise<void> => {
    const asked = await framesAsked(db, zoneId, id)
    if (asked.length === 0) return lastTold.clear()
    const told = asked.flatMap(({ protocol, identity, isNew }) => {
      const said = frames.read(protocol, identity)
      const key = `${protocol} ${identity}`
      // A frame that was logged is the same object for ever.
      return isNew || lastTold.get(key) !== said.at(-1) ? [{ protocol, identity, key, frames: [...said] }] : []
    })
    await tellFrames(db, zoneId, id, told)
    for (const { key, frames: said } of told) lastTold.set(key, said.at(-1))
  }
  return {
    beat: async () => {
      const isNew = await beat(db, zoneId, { id, name, online: online(), counts: counters.read() }, beats === 0)
      // What was told before is forgotten with it; and another process that called a machine too may have gone, with its state.
      if (isNew || beats % beatsARound === 0) for (const device of machines.keys()) machines.set(device, '')
      beats++
    },
    tell: async () => {
      if (beats === 0) return
      await Promise.all([tellStates(), tellAsked()])
    },
    leave: () => leaveGateways(db, zoneId, id),
  }
}
