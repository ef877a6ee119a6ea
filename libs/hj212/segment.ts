/** `name=value` of a data area; the text is kept as it was sent. */
export type Item = { readonly name: string; readonly text: string }

/** Items between two semicolons: usually all that is known of one factor. */
export type Group = readonly Item[]

/** Bits of the field Flag (拆分包及应答标志). */
export type Flags = {
  /** 0: 2005, 1: 2017, 2: 2025; higher ones are not known yet. */
  readonly version: number
  /** Bit 0: the sender wants an answer. */
  readonly wantsAnswer: boolean
}

/** Packet numbers (总包数, 包号); there exactly when bit 1 of Flag is set. */
export type Packet = {
  /** PNO, from 1. */
  readonly index: number
  /** PNUM. */
  readonly count: number
}

/** A data segment: who says what to whom, with the data area as it was sent. */
export type Segment = {
  /** QN (请求编号): names the exchange, 17 digits; absent in the form of 2005. */
  readonly qn: string | null
  /** ST (系统编码), two characters. */
  readonly st: string
  /** CN (命令编码), four digits. */
  readonly cn: string
  /** PW (访问密码). */
  readonly pw: string | null
  /** MN (设备唯一标识): the exact text is the key of the device. */
  readonly mn: string
  /** Null in the form of 2005 that has no Flag. */
  readonly flags: Flags | null
  readonly packet: Packet | null
  /** CP (指令参数). */
  readonly area: readonly Group[]
  /** Fields that the standard does not name, in the order of arrival. */
  readonly extra: readonly Item[]
}

/** The version of the standard that a segment claims. */
export type Version = '2005' | '2017' | '2025'

/**
 * The version of the standard that a segment claims.
 * @returns null for version bits that are not known yet; 2005 when there is no Flag
 * Source: HJ 212-2017 6.3.2; the bits of 2025 after devices in service. O(1).
 */
export function versionOf({ flags }: Pick<Segment, 'flags'>): Version | null {
  if (!flags || flags.version === 0) return '2005'
  if (flags.version === 1) return '2017'
  return flags.version === 2 ? '2025' : null
}

/**
 * The text of an item of the data area.
 * @returns the last one of this name, or null
 * Source: own. O(items).
 */
export function findText(area: readonly Group[], name: string): string | null {
  for (let i = area.length - 1; i >= 0; i--) {
    const found = area[i]?.findLast((item) => item.name === name)
    if (found) return found.text
  }
  return null
}
