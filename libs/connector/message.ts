/** A value of a machine. */
export type Reading = {
  /** The last part of the code of its point. */
  readonly point: string
  /** Milliseconds since the epoch: when the machine says that it measured, or when it was asked. */
  readonly at: number
  /** In the unit of its point. Of one that could not be read (bad) the last one that could, or 0. */
  readonly value: number
  readonly quality: 'good' | 'uncertain' | 'bad'
}

/** Whose readings they are: a device as long as it belongs to one piece of equipment. */
export type Owner = {
  /** The identity of the device. */
  readonly device: string
  /** The id of the equipment whose points it fills. */
  readonly node: string
}

/** A device whose machine is called. */
export type ConnectorDevice = {
  readonly identity: string
  /** The id of the equipment whose points it fills. */
  readonly node: string
  /** Where its machine is and what is read of it; of the form of its protocol. */
  readonly source: unknown
}

/** Where readings wait that the gateway does not keep, and how many. */
export type SpoolOptions = {
  readonly folder: string
  /** How long they wait at most, ms. */
  readonly keepMs: number
  /** Bytes on disk of one device, and of all. */
  readonly deviceBytesMax: number
  readonly totalBytesMax: number
}

/** What the gateway tells a connector. Each `devices` names all that there are; `spool` comes before the first, or not at all. */
export type ToConnector =
  | { readonly kind: 'spool'; readonly spool: SpoolOptions }
  | { readonly kind: 'devices'; readonly devices: readonly ConnectorDevice[] }
  | { readonly kind: 'kept'; readonly batch: number; readonly isKept: boolean }
  | {
      readonly kind: 'write'
      readonly order: string
      readonly device: string
      readonly point: string
      readonly value: number
      /** Milliseconds since the epoch: past this nobody wants it any more. */
      readonly expiresAt: number
    }

/** What a connector tells the gateway. */
export type FromConnector =
  | { readonly kind: 'alive' }
  | {
      readonly kind: 'readings'
      /** Numbered from 1 since the connector began. */
      readonly batch: number
      readonly device: string
      readonly node: string
      /** Whether they waited on disk. */
      readonly isLate: boolean
      readonly readings: readonly Reading[]
      /** How many older ones had no room any more since the last batch of the device. */
      readonly lost: number
    }
  /** How many readings of an owner wait on disk, when that has changed. */
  | {
      readonly kind: 'backlog'
      readonly device: string
      readonly node: string
      readonly readings: number
      /** Milliseconds since the epoch: when the oldest of them was heard; null: there are none. */
      readonly since: number | null
    }
  /** What became of readings on disk since it was told last. */
  | {
      readonly kind: 'spool'
      readonly written: number
      /** Those that had waited too long, and those that had no room any more. */
      readonly expired: number
      readonly dropped: number
      /** Stretches that could not be read, and how many bytes they were. */
      readonly damagedPlaces: number
      readonly damagedBytes: number
      /** How many files there are. */
      readonly segments: number
      /** Why nothing can be written there now; null: it can. */
      readonly fault: string | null
    }
  | {
      readonly kind: 'state'
      readonly device: string
      /** Null while its machine does not answer. */
      readonly address: string | null
      /** Why it does not, or what is wrong all the same; in the words of its protocol. */
      readonly reason: string | null
    }
  | {
      readonly kind: 'frame'
      readonly device: string
      readonly at: number
      readonly direction: 'up' | 'down'
      readonly bytes: Uint8Array
      readonly fault: string | null
    }
  /** The end of a write. */
  | {
      readonly kind: 'written'
      readonly order: string
      /** What the machine said against it; null when it took the value. */
      readonly fault: string | null
      /** The value that it holds now, read back; null when it was not taken, or cannot be read. */
      readonly value: number | null
    }
