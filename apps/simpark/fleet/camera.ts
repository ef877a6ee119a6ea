import { encodeParts, type Outgoing, type Position } from '@tingzhou/jt808'
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

/** A picture as the terminal sends it, in as many packages as it needs. */
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
  const { items: _, ...fix } = position
  // 2011 counts packages in the body and says no place.
  const body =
    header.version === '2011' ? { ...what, partCount: 1, partIndex: 1, data } : { ...what, position: fix, data }
  return encodeParts({ kind: 'media_data', header, body })
}
