/** What a peer sent is no MQTT, or more than it may send: its connection is closed. */
export class MqttFault extends Error {
  readonly rule: string
  constructor(rule: string, message: string) {
    super(message)
    this.name = 'MqttFault'
    this.rule = rule
  }
}

/** Cuts a stream of bytes into control packets. */
export type Framer = {
  /**
   * Takes what came and gives the packets that are whole, each in bytes of its own.
   * @param max  bytes that a packet may have
   * @throws MqttFault when a packet is longer, or its length cannot be read
   */
  readonly push: (bytes: Uint8Array, max: number) => Uint8Array[]
}

const lengthBytesMax = 4

/**
 * Makes a framer. What is held never exceeds twice what came of one packet: a length that is only claimed takes no room.
 * Source: MQTT 3.1.1 (OASIS, 2014) clause 2.2. Amortised O(1) a byte, however it is cut.
 */
export function createFramer(): Framer {
  let held = new Uint8Array(256)
  let length = 0

  const add = (bytes: Uint8Array): void => {
    if (length + bytes.length > held.length) {
      const grown = new Uint8Array(Math.max(length + bytes.length, held.length * 2))
      grown.set(held.subarray(0, length))
      held = grown
    }
    held.set(bytes, length)
    length += bytes.length
  }
  return {
    push: (bytes, max) => {
      add(bytes)
      const packets: Uint8Array[] = []
      let start = 0
      for (;;) {
        const size = sizeOf(held, start, length, max)
        if (size === null || start + size > length) break
        packets.push(held.slice(start, start + size))
        start += size
      }
      held.copyWithin(0, start, length)
      length -= start
      return packets
    },
  }
}

/** Bytes of the packet that begins at `start`; null as long as its length has not come. */
function sizeOf(bytes: Uint8Array, start: number, end: number, max: number): number | null {
  let rest = 0
  for (let count = 0; count < lengthBytesMax; count++) {
    const place = start + 1 + count
    if (place >= end) return null
    // The place lies before the end.
    const byte = bytes[place] as number
    rest += (byte & 127) * 128 ** count
    if (byte >= 128) continue
    const size = 2 + count + rest
    if (size > max) throw new MqttFault('packet_too_large', `a packet of ${size} bytes is over the limit ${max}`)
    return size
  }
  throw new MqttFault('length_malformed', 'the length of a packet has more than four bytes')
}
