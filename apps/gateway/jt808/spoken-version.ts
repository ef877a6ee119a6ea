import type { Version } from '@tingzhou/jt808'
import { noteVersion } from '@tingzhou/telemetry'
import { isDue } from '../stranger.ts'
import { deviceOf, type State } from './state.ts'

/**
 * Takes note of the version in which a terminal that was admitted speaks: it may be another one after an upgrade. A terminal that
 * mixes them is noted once a minute. O(1).
 */
export function learnVersion(state: State, version: Version): void {
  const { platform } = state
  const device = deviceOf(state)
  if (!device || device.settings.version === version || !isDue(platform, `jt808 version ${device.identity}`)) return
  noteVersion(platform.db, platform.zoneId, device.id, version)
    .then(() => platform.devices.reload(device.identity))
    .catch((error: unknown) =>
      platform.log.error({ err: error, device: device.identity }, 'the version of a terminal could not be noted'),
    )
}
