import type { Message } from '@tingzhou/jt808'
import { noteHeartbeat, type DeviceOrder } from '@tingzhou/telemetry'
import { isDue } from '../stranger.ts'
import { deviceOf, type State } from './state.ts'

const idleDefaultMs = 180_000
const heartbeatMaxS = 86_400

/**
 * How long a terminal may be silent: three heartbeats, and not less than where nothing is known of them.
 * @param heartbeatS  seconds between two heartbeats
 * Source: JT/T 808-2019 clause 4.5, parameter 0x0001; gateway duties (3 heartbeats, by default 180 s).
 */
export const idleMaxMs = (heartbeatS = 0): number => Math.max(idleDefaultMs, 3 * heartbeatS * 1_000)

/** The heartbeat interval among parameters that a terminal says it has; null when it is not among them, or cannot be. */
export function heartbeatOf(message: Message): number | null {
  return message.kind === 'parameters_answer' ? heartbeatIn(message.body.parameters) : null
}

/** The heartbeat interval that an order sets. */
export function heartbeatSet({ kind, body }: Pick<DeviceOrder, 'kind' | 'body'>): number | null {
  if (kind !== 'set_parameters' || typeof body !== 'object' || body === null || !('parameters' in body)) return null
  const { parameters } = body
  return Array.isArray(parameters) ? heartbeatIn(parameters) : null
}

function heartbeatIn(parameters: readonly unknown[]): number | null {
  for (const parameter of parameters) {
    if (typeof parameter !== 'object' || parameter === null) continue
    if (!('kind' in parameter) || !('value' in parameter) || parameter.kind !== 'heartbeat_s') continue
    const { value } = parameter
    return typeof value === 'number' && value >= 1 && value <= heartbeatMaxS ? value : null
  }
  return null
}

/** Takes note of how often a terminal is heard when it has nothing to say: it may be silent for longer then, over its next connections too. */
export function learnHeartbeat(state: State, heartbeatS: number | null): void {
  const { platform } = state
  const device = deviceOf(state)
  if (heartbeatS === null || !device) return
  state.heartbeatS = heartbeatS
  if (device.settings.heartbeatS === heartbeatS || !isDue(platform, `jt808 heartbeat ${device.identity}`)) return
  noteHeartbeat(platform.db, platform.zoneId, device.id, heartbeatS)
    .then(() => platform.devices.reload(device.identity))
    .catch((error: unknown) =>
      platform.log.error({ err: error, device: device.identity }, 'a heartbeat could not be noted'),
    )
}

// 64 KiB of the shortest frames hold a connection back for 208 s at 20 a second.
const heldMaxMs = 600_000

/** Whether a terminal has been silent for too long. Whoever is held back is not heard because it is not read. */
export function isIdle(state: State, nowMs: number): boolean {
  const { flow, heardMs } = state
  if (flow.isHeld() && nowMs - heardMs <= heldMaxMs) {
    state.heldMs = nowMs
    return false
  }
  const heartbeatS = state.heartbeatS ?? deviceOf(state)?.settings.heartbeatS
  return nowMs - Math.max(heardMs, state.heldMs) > idleMaxMs(heartbeatS)
}
