import { When } from '@tingzhou/ui'
import { useDeviceNow } from './device-clock.ts'

const everyMs = 30_000

/** How long ago a device said or was asked something. */
export function DeviceWhen({ at }: { readonly at: number }) {
  return <When at={at} relative now={useDeviceNow(everyMs)} />
}
