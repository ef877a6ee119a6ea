import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromBase64, fromHex, fromUtf8, toBase64, toHex, toUtf8 } from './bytes.ts'
import { md5 } from './md5.ts'
import { readKey, sealRandomBytes } from './random.ts'
import { isPrivateKey, newKeyPair, readPublicKey, scalarBytes, sm2Decrypt, sm2Encrypt } from './sm2.ts'
import { sm4Decrypt, sm4Encrypt } from './sm4.ts'

const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()

// GB/T 32918.5-2017, annex C: the published example of encryption on the recommended curve.
const standard = {
  text: 'encryption standard',
  privateKey: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  publicKey:
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  // The scalar of the example less 1: it is reduced modulo n − 1, and 1 added.
  random: '000000000000000059276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc20',
  c1: '0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0',
  c2: '21886ca989ca9c7d58087307ca93092d651efa',
  c3: '59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766',
}

describe('SM2', () => {
  it('is that of the standard, in both orders', () => {
    const seal = (order: 'C1C2C3' | 'C1C3C2') =>
      toHex(sm2Encrypt(toUtf8(standard.text), standard.publicKey, bytesOf(standard.random), order))

    expect(seal('C1C2C3')).toBe(standard.c1 + standard.c2 + standard.c3)
    expect(seal('C1C3C2')).toBe(standard.c1 + standard.c3 + standard.c2)
  })

  it('opens what it sealed, with its key alone', () => {
    const sealed = bytesOf(standard.c1 + standard.c3 + standard.c2)
    const stranger = newKeyPair(randomBytes(scalarBytes))

    expect(fromUtf8(sm2Decrypt(sealed, standard.privateKey, 'C1C3C2') ?? new Uint8Array())).toBe(standard.text)
    expect(sm2Decrypt(sealed, stranger.privateKey, 'C1C3C2')).toBeNull()
    expect(sm2Decrypt(sealed, standard.privateKey, 'C1C2C3')).toBeNull()
  })

  it('notices every changed byte', () => {
    const sealed = bytesOf(standard.c1 + standard.c3 + standard.c2)

    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 0x40
      expect([at, sm2Decrypt(changed, standard.privateKey, 'C1C3C2')]).toEqual([at, null])
    }
  })

  it('opens nothing that is too short, or whose point is beside the curve', () => {
    const beside = bytesOf(`04${'11'.repeat(64)}${standard.c3}${standard.c2}`)

    expect(sm2Decrypt(new Uint8Array(), standard.privateKey, 'C1C3C2')).toBeNull()
    expect(sm2Decrypt(bytesOf(standard.c1 + standard.c3), standard.privateKey, 'C1C3C2')).toBeNull()
    expect(sm2Decrypt(beside, standard.privateKey, 'C1C3C2')).toBeNull()
  })

  it('makes the key of its bytes of chance, and no other', () => {
    const random = randomBytes(scalarBytes)
    const pair = newKeyPair(random)

    expect(newKeyPair(random)).toEqual(pair)
    expect(isPrivateKey(pair.privateKey)).toBe(true)
    expect(readPublicKey(pair.publicKey)).toEqual({ ok: true, value: pair.publicKey })
    expect(() => newKeyPair(new Uint8Array(8))).toThrow('40 bytes of chance')
  })
})

describe('a public key', () => {
  it('is read as a point, with or without its 04, or as SubjectPublicKeyInfo, in any letters', () => {
    const { publicKey } = standard
    const spki = `3059301306072A8648CE3D020106082A811CCF5501822D034200${publicKey}`

    for (const text of [
      publicKey,
      publicKey.slice(2),
      publicKey.toUpperCase(),
      spki,
      ` ${spki.slice(0, 60)}\n${spki.slice(60)}`,
    ])
      expect(readPublicKey(text)).toEqual({ ok: true, value: publicKey })
  })

  it('is refused by its form, or because no such point is on the curve', () => {
    expect(readPublicKey('04abc')).toMatchObject({ error: { field: 'publicKey', rule: 'sm2_key_form' } })
    expect(readPublicKey('')).toMatchObject({ error: { rule: 'sm2_key_form' } })
    expect(readPublicKey(`${standard.publicKey.slice(0, -1)}4`)).toMatchObject({ error: { rule: 'sm2_point' } })
    expect(readPublicKey('0'.repeat(128))).toMatchObject({ error: { rule: 'sm2_point' } })
  })
})

describe('SM4', () => {
  it('is that of the standard, and of OpenSSL', () => {
    const key = bytesOf('0123456789abcdeffedcba9876543210')
    const text = toUtf8('网络货运 '.repeat(50))
    const other = createCipheriv('sm4-ecb', key, null)

    expect(toHex(sm4Encrypt(key, key)).slice(0, 32)).toBe('681edf34d206965e86b3e94f536e4246')
    expect(toHex(sm4Encrypt(text, key))).toBe(Buffer.concat([other.update(text), other.final()]).toString('hex'))
    expect(sm4Decrypt(sm4Encrypt(text, key), key)).toEqual(text)
  })

  it('opens nothing that is no whole blocks, or whose padding is none', () => {
    const key = new Uint8Array(16)

    for (const sealed of [new Uint8Array(), new Uint8Array(15), new Uint8Array(16), new Uint8Array(32).fill(7)])
      expect(sm4Decrypt(sealed, key)).toBeNull()
    expect(sm4Decrypt(sm4Encrypt(toUtf8('abc'), key), new Uint8Array(15))).toBeNull()
  })
})

describe('what is beside the ciphers', () => {
  it('has the digests of RFC 1321, and of OpenSSL at every length', () => {
    expect(md5('')).toBe('d41d8cd98f00b204e9800998ecf8427e')
    expect(md5('message digest')).toBe('f96b697d7cb7938d525a2f31aaf161d0')
    for (let length = 0; length < 200; length++) {
      const text = '密a'.repeat(length).slice(0, length)
      expect(md5(text)).toBe(createHash('md5').update(text).digest('hex'))
    }
  })

  it('makes keys of sixteen letters and digits, each as likely', () => {
    const random = Uint8Array.from({ length: sealRandomBytes }, (_, i) => i * 37)
    const counts = new Map<string, number>()
    for (let value = 0; value < 65_536; value += 16) {
      const bytes = Uint8Array.from({ length: 32 }, (_, i) => {
        const number = value + (i >> 1)
        return i % 2 === 0 ? number >> 8 : number & 0xff
      })
      for (const letter of readKey(bytes)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }

    expect(readKey(random.subarray(scalarBytes))).toMatch(/^[A-Za-z0-9]{16}$/)
    expect(counts.size).toBe(62)
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBe(1)
    expect(() => readKey(new Uint8Array(31))).toThrow('72 bytes of chance')
  })

  it('reads base64 only as it writes it', () => {
    const bytes = randomBytes(20_000)

    expect(toBase64(bytes)).toBe(bytes.toString('base64'))
    expect(fromBase64(toBase64(bytes))).toEqual(Uint8Array.from(bytes))
    // The last: bits behind the end that should be 0.
    for (const odd of ['QQ', 'QQ=', 'Q Q=', 'QQ==\n', '=QQ=', 'QR==']) expect(fromBase64(odd)).toBeNull()
  })
})
