import { instantOfLocalTime } from '@tingzhou/ui'
import type { Protocol } from '../protocol.ts'

/** What can be asked of a device from its page, by protocol. */
const ordersOf = {
  jt808: ['text', 'query_position', 'track', 'take_picture', 'link_test'],
  hj212: [
    'set_time',
    'read_time',
    'query_minutes',
    'query_hours',
    'set_realtime_interval',
    'set_minute_interval',
    'sample_now',
    'calibrate',
  ],
  modbus: ['set_value'],
  opcua: ['set_value'],
} as const satisfies { readonly [P in Protocol]?: readonly string[] }

export type Order = (typeof ordersOf)[keyof typeof ordersOf][number]

const byProtocol: { readonly [P in Protocol]?: readonly Order[] } = ordersOf

/** What can be asked of devices of a protocol; nothing of those that are only heard. */
export const ordersFor = (protocol: Protocol): readonly Order[] => byProtocol[protocol] ?? []

/** What only the platform asks by itself. */
export const ownOrders = ['set_retries', 'start_realtime', 'stop_realtime', 'start_states', 'stop_states'] as const

/** Everything that can be asked. */
export const orders: readonly Order[] = Object.values(ordersOf).flat()

export const resolutions = ['320x240', '640x480', '800x600', '1024x768'] as const

/** What a form of an order holds. */
export type OrderValues = {
  readonly text?: string
  readonly urgent?: boolean
  readonly intervalS?: number
  readonly intervalMin?: number
  readonly validityS?: number
  readonly channel?: number
  readonly resolution?: (typeof resolutions)[number]
  readonly polId?: string
  /** The key of a point of a machine, and what it is to hold. */
  readonly point?: string
  readonly value?: number
  /** As the browser's own field for date and time holds it, in the zone's time. */
  readonly from?: string
  readonly to?: string
}

const orderDefaults: OrderValues = {
  urgent: false,
  validityS: 600,
  channel: 1,
  resolution: '640x480',
  intervalMin: 10,
}

/** What a form begins with. */
export const defaultsOf = (order: Order): OrderValues => ({
  ...orderDefaults,
  intervalS: order === 'set_realtime_interval' ? 60 : 10,
})

// Bits of JT/T 808-2019 table 40: urgent, on the screen, read aloud.
const textBits = { urgent: 1, display: 4, aloud: 8 }

/** The body of an order as the device's protocol has it. Pure. */
export function bodyOf(order: Order, values: OrderValues): Record<string, unknown> {
  switch (order) {
    case 'text':
      return {
        flagBits: textBits.display + textBits.aloud + (values.urgent ? textBits.urgent : 0),
        text: values.text?.trim() ?? '',
      }
    case 'track':
      return { intervalS: values.intervalS, ...(values.intervalS === 0 ? {} : { validityS: values.validityS }) }
    case 'take_picture':
      return {
        channel: values.channel,
        command: 1,
        intervalS: 0,
        save: 'upload',
        resolution: values.resolution,
        quality: 5,
        brightness: 128,
        contrast: 64,
        saturation: 64,
        chroma: 128,
      }
    case 'set_realtime_interval':
      return { intervalS: values.intervalS }
    case 'set_minute_interval':
      return { intervalMin: values.intervalMin }
    case 'query_minutes':
    case 'query_hours':
      return { from: instantOfLocalTime(values.from ?? ''), to: instantOfLocalTime(values.to ?? '') }
    case 'sample_now':
    case 'calibrate':
      return { polId: values.polId }
    case 'set_value':
      return { point: values.point, value: values.value }
    case 'query_position':
    case 'link_test':
    case 'set_time':
    case 'read_time':
      return {}
  }
}
