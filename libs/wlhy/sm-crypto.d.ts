/** The little of sm-crypto that is used; the types that others publish for it say texts where it gives bytes. */
declare module 'sm-crypto' {
  type Sm4Options = { readonly output: 'array' }
  const library: {
    readonly sm2: {
      /** The bytes in clear; none when key or check do not fit. Mode 0 is C1C2C3, 1 is C1C3C2. */
      doDecrypt(hex: string, privateKey: string, mode: 0 | 1, options: { readonly output: 'array' }): number[]
      verifyPublicKey(publicKey: string): boolean
    }
    /** Hexadecimal digits. */
    sm3(bytes: readonly number[]): string
    /** Mode ECB, padding of PKCS #7. */
    readonly sm4: {
      encrypt(bytes: readonly number[], key: readonly number[], options: Sm4Options): number[]
      /** Throws where the padding does not fit. */
      decrypt(bytes: readonly number[], key: readonly number[], options: Sm4Options): number[]
    }
  }
  // The package exports its object by itself.
  export = library
}

/** The curve of SM2. */
declare module 'sm-crypto/src/sm2/utils.js' {
  type Big = { toRadix(radix: number): string }
  type Coordinate = { toBigInteger(): Big }
  type Point = { multiply(by: Big): Point; getX(): Coordinate; getY(): Coordinate }
  const utils: {
    getGlobalCurve(): { decodePointHex(hex: string): Point }
    /** The key pair that a number makes: the number modulo n − 1, and 1. */
    generateKeyPairHex(digits: string, radix: 16): { readonly privateKey: string; readonly publicKey: string }
  }
  export = utils
}
