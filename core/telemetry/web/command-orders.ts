/** What can be asked of a truck's terminal from its page. */
export const orders = ['text', 'query_position', 'track', 'take_picture', 'link_test'] as const
export type Order = (typeof orders)[number]

export const resolutions = ['320x240', '640x480', '800x600', '1024x768'] as const

/** What a form of an order holds. */
export type OrderValues = {
  readonly text?: string
  readonly urgent?: boolean
  readonly intervalS?: number
  readonly validityS?: number
  readonly channel?: number
  readonly resolution?: (typeof resolutions)[number]
}

export const orderDefaults: OrderValues = {
  urgent: false,
  intervalS: 10,
  validityS: 600,
  channel: 1,
  resolution: '640x480',
}

// Bits of JT/T 808-2019 table 40: urgent, on the screen, read aloud.
const textBits = { urgent: 1, display: 4, aloud: 8 }

/** The body of an order as the terminal's protocol has it. Pure. */
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
    case 'query_position':
    case 'link_test':
      return {}
  }
}
