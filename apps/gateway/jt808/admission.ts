import type { Device } from '@tingzhou/telemetry'
import { takeLink } from '../speaker.ts'
import type { State } from './state.ts'

/** It has shown who it is: the newest connection of a device counts. */
export function admit(state: State, device: Device): void {
  state.admitted = true
  if (state.self) takeLink(state.platform, device, state.self)
}

/** No longer the connection of its device. */
export function leave({ platform, identity, self }: State): void {
  if (identity && platform.links.get(identity) === self) platform.links.delete(identity)
}
