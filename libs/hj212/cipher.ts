/**
 * Opens and seals the data segments of one device. HJ 212-2025 enciphers them with the key that 1014 sets; its text (algorithm, mode,
 * which bytes) was not at hand, so nothing is guessed here: whoever has it writes these two functions.
 */
export type Cipher = {
  /** The segment in clear, or null when the key does not open it. */
  readonly open: (segment: Uint8Array) => Uint8Array | null
  /** What is put between the length and the check value. */
  readonly seal: (segment: Uint8Array) => Uint8Array
}
