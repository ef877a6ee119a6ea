import type { Rule } from './error.ts'

/** The three printed versions. The header tells 2019 (bit 14); 2011 and 2013 share a header. */
export type Version = '2011' | '2013' | '2019'

/** Delimiter and escapes: `byte` is sent as `mark` `code`. */
export type Framing = {
  readonly flag: number
  readonly escapes: readonly { readonly byte: number; readonly mark: number; readonly code: number }[]
}

/** Where an additional item of a position departs from one byte of id and one of length. */
export type ItemLayout = { readonly id: number; readonly idBytes: 1 | 2; readonly lengthBytes: 1 | 2 | 4 }

/** How the devices of a maker depart from the standard, as data. */
export type Profile = {
  readonly name: string
  readonly framing: Framing
  /** Read and write this version, whatever bit 14 says of the bodies; the header still follows the bit. */
  readonly bodyVersion: Version | null
  /** Bytes of the phone in a header without bit 14. */
  readonly phoneBytes: number
  /** Rules that this device is known to break; forgiven even in strict mode. */
  readonly forgive: readonly Rule[]
  /** Message ids that the maker uses for something else: kept as `unknown`. */
  readonly foreignIds: readonly number[]
  /** Additional items that mean something else with this maker: kept raw. */
  readonly rawItems: readonly number[]
  readonly itemLayouts: readonly ItemLayout[]
  /** Bit 15 of the fuel item says that the rest is a percentage. */
  readonly fuelMayBePct: boolean
}

/** Source: JT/T 808-2019 clause 4.4.2 (the same in 2011 and 2013). */
export const standardFraming: Framing = {
  flag: 0x7e,
  escapes: [
    { byte: 0x7d, mark: 0x7d, code: 0x01 },
    { byte: 0x7e, mark: 0x7d, code: 0x02 },
  ],
}

/** A second family of delimiters seen in the field. Source: traccar, Jt808FrameDecoder. */
export const alternativeFraming: Framing = {
  flag: 0xe7,
  escapes: [
    { byte: 0xe6, mark: 0xe6, code: 0x01 },
    { byte: 0xe7, mark: 0xe6, code: 0x02 },
    { byte: 0x3e, mark: 0x3e, code: 0x01 },
    { byte: 0x3d, mark: 0x3e, code: 0x02 },
  ],
}

/** What the standard says. */
export const standardProfile: Profile = {
  name: 'standard',
  framing: standardFraming,
  bodyVersion: null,
  phoneBytes: 6,
  forgive: [],
  foreignIds: [],
  rawItems: [],
  itemLayouts: [],
  fuelMayBePct: false,
}

/**
 * Deviations that were seen in the field, by name. Examples to start from, not facts about a maker: copy one, change what
 * differs, keep it with the device. Source: traccar, SmallChi/JT808 (documentation).
 */
export const fieldProfiles = {
  standard: standardProfile,
  /** Sets bit 14 and sends bodies of 2013. */
  header2019Body2013: { ...standardProfile, name: 'header2019Body2013', bodyVersion: '2013' },
  /** Declares another body length than it sends. */
  wrongBodyLength: { ...standardProfile, name: 'wrongBodyLength', forgive: ['body_length'] },
  /** Sends a checksum that means nothing. */
  noChecksum: { ...standardProfile, name: 'noChecksum', forgive: ['checksum'] },
  /** Fuel as a percentage when the top bit is set. */
  fuelPct: { ...standardProfile, name: 'fuelPct', fuelMayBePct: true },
  /** Uses the items of JT/T 1078 for something else. */
  foreignVideoItems: { ...standardProfile, name: 'foreignVideoItems', rawItems: [0x14, 0x15, 0x16, 0x17, 0x18] },
  /** Uses 0x0310 and 0x0701 for commands of its own. */
  foreignCommands: { ...standardProfile, name: 'foreignCommands', foreignIds: [0x0310, 0x0701] },
  /** Delimiter 0xE7 and seven bytes of phone. */
  alternativeFlags: {
    ...standardProfile,
    name: 'alternativeFlags',
    framing: alternativeFraming,
    phoneBytes: 7,
  },
} as const satisfies Readonly<Record<string, Profile>>
