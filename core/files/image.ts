import { ResizeFit, Transformer, type Metadata } from '@napi-rs/image'
import exifr from 'exifr'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { lookOf } from './look.ts'

export type ImageError =
  | { readonly kind: 'file_not_an_image'; readonly field: 'file'; readonly value: string; readonly rule: string }
  | { readonly kind: 'image_too_large'; readonly field: 'file'; readonly value: string; readonly rule: string }

/** A picture made anew from its pixels: nothing of the sender's file but what can be seen. */
export type CleanImage = {
  readonly bytes: Uint8Array
  readonly thumbnail: Uint8Array
  readonly width: number
  readonly height: number
  /** See `lookOf`. */
  readonly look: string | null
}

// 50 megapixels: the largest common phone cameras; one decoded picture then takes 200 MB for a moment.
const pixelsMax = 50_000_000
const thumbnailPx = 320
// 88: no visible loss on photographs; the next steps up grow the file fast.
const quality = 88

/**
 * Decodes a picture and encodes it again, upright, without metadata.
 * @param image  the format that its bytes say
 * @param name   for the refusal
 * Source: own; codecs of @napi-rs/image. O(pixels).
 */
export async function cleanImage(
  bytes: Uint8Array,
  image: 'jpeg' | 'png' | 'webp',
  name: string,
): Promise<Result<CleanImage, ImageError>> {
  try {
    const size = await new Transformer(bytes).metadata()
    if (size.width * size.height > pixelsMax) return err(tooLarge(size))
    const upright = () => new Transformer(bytes).rotate()
    const clean = await encode(upright(), image)
    const shown = await new Transformer(clean).metadata()
    const fit = Math.min(thumbnailPx, Math.max(shown.width, shown.height))
    const thumbnail = await upright().resize({ width: fit, height: fit, fit: ResizeFit.Inside }).webp(80)
    const { width, height } = shown
    return ok({ bytes: clean, thumbnail, width, height, look: await lookOf(thumbnail) })
  } catch {
    // The codec cannot read it: whatever its first bytes say, it is no picture.
    return err({ kind: 'file_not_an_image', field: 'file', value: name, rule: image })
  }
}

function encode(transformer: Transformer, image: 'jpeg' | 'png' | 'webp'): Promise<Uint8Array> {
  switch (image) {
    case 'jpeg':
      return transformer.jpeg(quality)
    case 'png':
      return transformer.png()
    case 'webp':
      return transformer.webp(quality)
  }
}

const tooLarge = ({ width, height }: Metadata): ImageError => ({
  kind: 'image_too_large',
  field: 'file',
  value: `${width}×${height}`,
  rule: `max ${pixelsMax} pixels`,
})

/** Where and when a picture was taken, as the picture itself says. */
export type Taken = {
  readonly longitude: number | null
  readonly latitude: number | null
  readonly takenAt: EpochMs | null
}

const exifTags = [
  'DateTimeOriginal',
  'OffsetTimeOriginal',
  'GPSLatitude',
  'GPSLongitude',
  'GPSLatitudeRef',
  'GPSLongitudeRef',
]

/**
 * Reads place and time out of a picture's EXIF data.
 * @returns WGS-84 degrees; a time without a zone is read as Beijing time
 * Source: EXIF 2.32, tags GPSLatitude, GPSLongitude, DateTimeOriginal, OffsetTimeOriginal, through the library exifr.
 */
export async function readTaken(bytes: Uint8Array): Promise<Taken> {
  // Node sees only the default export of this library.
  // oxlint-disable-next-line import/no-named-as-default-member
  const tags: unknown = await exifr.parse(bytes, { gps: true, reviveValues: false, pick: exifTags }).catch(() => null)
  const read =
    typeof tags === 'object' && tags !== null
      ? new Map<string, unknown>(Object.entries(tags))
      : new Map<string, unknown>()
  const [longitude, latitude] = [read.get('longitude'), read.get('latitude')]
  const placed = isDegree(longitude, 180) && isDegree(latitude, 90)
  return {
    longitude: placed ? longitude : null,
    latitude: placed ? latitude : null,
    takenAt: readTime(read.get('DateTimeOriginal'), read.get('OffsetTimeOriginal')),
  }
}

const isDegree = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= max

function readTime(time: unknown, offset: unknown): EpochMs | null {
  const match = typeof time === 'string' ? /^(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})/.exec(time) : null
  if (!match) return null
  const zone = typeof offset === 'string' && /^[+-]\d{2}:\d{2}/.test(offset) ? offset.slice(0, 6) : '+08:00'
  const ms = Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}${zone}`)
  return Number.isNaN(ms) ? null : epochMs(ms)
}
