import { fieldProfiles, standardProfile, type DecodeOptions, type Profile } from '@tingzhou/jt808'
import type { DeviceSettings } from '@tingzhou/telemetry'

const profiles: Readonly<Record<string, Profile>> = fieldProfiles

// Whether a sum counts is known when it is known who speaks: `decode` looks at it.
const unsummed: Profile = { ...standardProfile, forgive: ['checksum'] }

/** How a connection may be framed: its first frame tells. */
export const framings = [unsummed, fieldProfiles.alternativeFlags] as const

/**
 * How a terminal is read before it is known which.
 * @param framing  the profile by which its connection is framed
 */
export const strangerBy = (framing: Profile): DecodeOptions => ({
  mode: 'lenient',
  profile: framing === unsummed ? standardProfile : framing,
})

/** How a device deviates, as its settings say; in nothing where they say nothing. */
export const profileOf = ({ profile }: Pick<DeviceSettings, 'profile'>): Profile =>
  (profile === undefined ? undefined : profiles[profile]) ?? standardProfile

/**
 * How a device is read: whatever is wrong inside a body is forgiven, for a message that is refused is lost as a whole. A body of
 * another length than its header says is forgiven where that is known of the device.
 * Source: JT/T 808-2019 clause 4.4.3 and gateway duties; the framing is that of the connection, whatever the settings say.
 */
export function readingOf(settings: DeviceSettings, framing: Profile): DecodeOptions {
  const { isLenient, before2019 } = settings
  const named = profileOf(settings)
  const isAsNamed = named.framing === framing.framing
  return {
    mode: isLenient ? 'lenient' : 'tolerant',
    profile: isAsNamed ? named : { ...named, framing: framing.framing, phoneBytes: framing.phoneBytes },
    ...(before2019 ? { before2019 } : {}),
  }
}
