// 0x8300–0x8401 and their answers, 0x8500, 0x0500: text, events, questions, information, telephone, control of the vehicle.
import { questionFlags, textFlags } from './alarm.ts'
import { bits, oneOf, readPart, restBytes, u16, u8, writePart, type Codec } from './codec.ts'
import { position } from './position-fast.ts'
import { list, restOf, sized } from './sequence.ts'
import { since, struct, until2019 } from './struct.ts'
import { text } from './text.ts'

/** 0x8300 */
export const textDown = struct({
  flagBits: bits(u8, textFlags),
  textKind: since('2019', oneOf(u8, { 1: 'notice', 2: 'service' })),
  text,
})

const settings = { 0: 'delete_all', 1: 'replace', 2: 'append', 3: 'modify' } as const

/** 0x8301 */
export const setEvents = struct({
  action: oneOf(u8, { ...settings, 4: 'delete_listed' }),
  events: list(u8, struct({ eventId: u8, text: sized(u8, text) })),
})
/** 0x0301 */
export const eventReport = struct({ eventId: u8 })
/** 0x8302 */
export const question = struct({
  flagBits: bits(u8, questionFlags),
  question: sized(u8, text),
  answers: restOf(struct({ answerId: u8, text: sized(u16, text) })),
})
/** 0x0302 */
export const questionAnswer = struct({ answeredSerial: u16, answerId: u8 })
/** 0x8303 */
export const setInfoMenu = struct({
  action: oneOf(u8, settings),
  entries: list(u8, struct({ infoType: u8, text: sized(u16, text) })),
})
/** 0x0303 */
export const infoSubscription = struct({ infoType: u8, subscribed: oneOf(u8, { 0: 'cancel', 1: 'subscribe' }) })
/** 0x8304 */
export const infoService = struct({ infoType: u8, text: sized(u16, text) })
/** 0x8400 */
export const callBack = struct({ mode: oneOf(u8, { 0: 'call', 1: 'listen' }), phoneNumber: text })
/** 0x8401 */
export const setPhoneBook = struct({
  action: oneOf(u8, settings),
  contacts: list(
    u8,
    struct({
      direction: oneOf(u8, { 1: 'in', 2: 'out', 3: 'both' }),
      phoneNumber: sized(u8, text),
      name: sized(u8, text),
    }),
  ),
})

/** One command of 0x8500 in 2019. The length of an unknown one is unknown: it takes the rest of the body. */
export type VehicleCommand =
  | { readonly kind: 'doors'; readonly doors: 'lock' | 'open' | number }
  | { readonly kind: 'raw'; readonly id: number; readonly bytes: Uint8Array }

const doorsId = 1
const doors = oneOf(u8, { 0: 'lock', 1: 'open' })

const vehicleCommand: Codec<VehicleCommand> = {
  isLeaf: false,
  read(reader, scope) {
    const id = readPart(reader, 'id', u16, scope)
    return id === doorsId
      ? { kind: 'doors', doors: readPart(reader, 'doors', doors, scope) }
      : { kind: 'raw', id, bytes: readPart(reader, 'bytes', restBytes, scope) }
  },
  write(writer, value, scope) {
    writePart(writer, 'id', u16, value.kind === 'doors' ? doorsId : value.id, scope)
    if (value.kind === 'doors') writePart(writer, 'doors', doors, value.doors, scope)
    else writePart(writer, 'bytes', restBytes, value.bytes, scope)
  },
}

/** 0x8500; until 2013 one byte whose bit 0 locks the doors. */
export const vehicleControl = until2019(
  struct({ controlBits: bits(u8, ['lock_doors']) }),
  struct({ commands: list(u16, vehicleCommand) }),
)
/** 0x0500 */
export const vehicleControlAnswer = struct({ answeredSerial: u16, position })
