/** The other end of a connection, whatever carries it. */
export type Peer = {
  /** Host and port, as an operator reads them. */
  readonly address: string
  readonly send: (bytes: Uint8Array) => void
  /** Reads no more until `resume`; what has been read is still handed over. */
  readonly pause: () => void
  readonly resume: () => void
  readonly close: () => void
}
