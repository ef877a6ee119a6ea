import { describe, expect, it } from 'vitest'
import { messageText } from './message-text.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('a file of the bank', () => {
  it('is UTF-8 when it says so, or nothing', () => {
    expect(messageText(bytesOf('<?xml version="1.0" encoding="UTF-8"?><a>付款</a>'))).toContain('付款')
    expect(messageText(bytesOf('<a>付款</a>'))).toBe('<a>付款</a>')
  })

  it('is read in the encoding that it names', () => {
    const head = bytesOf('<?xml version="1.0" encoding="GBK"?><a>')
    // 付款 in GBK.
    const bytes = Uint8Array.of(...head, 0xb8, 0xb6, 0xbf, 0xee, ...bytesOf('</a>'))

    expect(messageText(bytes)).toBe('<?xml version="1.0" encoding="GBK"?><a>付款</a>')
  })

  it('is not guessed at when the bytes are of another encoding, or nobody knows it', () => {
    expect(messageText(Uint8Array.of(...bytesOf('<a>'), 0xb8, 0xb6))).toBeNull()
    expect(messageText(bytesOf('<?xml version="1.0" encoding="klingon"?><a/>'))).toBeNull()
  })
})
