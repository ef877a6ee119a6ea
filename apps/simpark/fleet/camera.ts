import { encode, encodeParts, type Outgoing, type Position } from '@tingzhou/jt808'
import { drawPicture } from '../picture.ts'
import type { Identity } from './identity.ts'

/** A picture on its way: sent again until the platform has all of it. */
export type Picture = {
  readonly mediaId: number
  readonly firstSerial: number
  readonly frames: readonly Uint8Array[]
  attempt: number
  dueMs: number
}

const variants = 6

/** What the camera of a cab sees: plainly a drawing. */
export const seeThrough = ({ id }: Identity, mediaId: number): Promise<Buffer> =>
  drawPicture('road', (id + mediaId) % variants, true)

/** Bytes of a picture in one message of 2011: with its head it stays within 1,023. */
const pieceLength = 960

/** A picture as the terminal sends it, in as many packages as it needs; in 2011 in as many messages, with consecutive numbers. */
export function pictureFrames(
  header: Outgoing['header'],
  medium: {
    readonly mediaId: number
    readonly channel: number
    readonly position: Position
    readonly data: Uint8Array
  },
): readonly Uint8Array[] {
  const { mediaId, channel, position, data } = medium
  const what = { mediaId, mediaKind: 'image', format: 'jpeg', event: 'platform_order', channel } as const
  // 2011 counts the pieces in the body and says no place.
  if (header.version === '2011')
    return piecesOf(data).map((piece, at, { length: partCount }) => {
      const body = { ...what, partCount, partIndex: at + 1, data: piece }
      return encode({ kind: 'media_data', header: { ...header, serial: (header.serial + at) % 0x10000 }, body })
    })
  const { items: _, ...fix } = position
  return encodeParts({ kind: 'media_data', header, body: { ...what, position: fix, data } })
}

const piecesOf = (data: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(data.length / pieceLength) }, (_, at) =>
    data.subarray(at * pieceLength, (at + 1) * pieceLength),
  )
