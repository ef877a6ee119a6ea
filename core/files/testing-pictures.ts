import { Buffer } from 'node:buffer'
import { Transformer } from '@napi-rs/image'

/** A picture of one colour with a red corner, for tests. */
export async function makePicture(
  width: number,
  height: number,
  format: 'jpeg' | 'png' | 'webp' = 'jpeg',
): Promise<Buffer> {
  const pixels = new Uint8Array(width * height * 4).fill(200)
  for (let y = 0; y < height / 2; y++)
    for (let x = 0; x < width / 2; x++) pixels.set([220, 20, 20, 255], (y * width + x) * 4)
  return Buffer.from(await Transformer.fromRgbaPixels(pixels, width, height)[format]())
}

/** Puts an EXIF block into a JPEG: orientation 6 (turned), time and place of taking. Layout of EXIF 2.32, big-endian TIFF. */
export function addExif(
  jpeg: Uint8Array,
  taken: { time: string; offset: string; latitude: number; longitude: number },
): Buffer {
  const ascii = (text: string) => Buffer.from(`${text}\0`, 'latin1')
  const rational = (degrees: number) => {
    const seconds = Math.round(Math.abs(degrees) * 360_000)
    const parts = [Math.floor(seconds / 360_000), 1, Math.floor((seconds % 360_000) / 6_000), 1, seconds % 6_000, 100]
    const bytes = Buffer.alloc(24)
    parts.forEach((part, i) => bytes.writeUInt32BE(part, i * 4))
    return bytes
  }
  const long = (n: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(n)
    return bytes
  }
  const orientation = Buffer.from([0, 6, 0, 0])
  const block = (at: number, entries: [tag: number, type: number, count: number, value: Buffer][]) => {
    const head = Buffer.alloc(2 + entries.length * 12 + 4)
    head.writeUInt16BE(entries.length)
    const rest: Buffer[] = []
    let restAt = at + head.length
    entries.forEach(([tag, type, count, value], i) => {
      const offset = 2 + i * 12
      head.writeUInt16BE(tag, offset)
      head.writeUInt16BE(type, offset + 2)
      head.writeUInt32BE(count, offset + 4)
      if (value.length <= 4) value.copy(head, offset + 8)
      else {
        head.writeUInt32BE(restAt, offset + 8)
        rest.push(value)
        restAt += value.length
      }
    })
    return Buffer.concat([head, ...rest])
  }
  const time = ascii(taken.time)
  const offset = ascii(taken.offset)
  const exif = (at: number) =>
    block(at, [
      [0x9003, 2, time.length, time],
      [0x9011, 2, offset.length, offset],
    ])
  const gps = (at: number) =>
    block(at, [
      [1, 2, 2, ascii(taken.latitude < 0 ? 'S' : 'N')],
      [2, 5, 3, rational(taken.latitude)],
      [3, 2, 2, ascii(taken.longitude < 0 ? 'W' : 'E')],
      [4, 5, 3, rational(taken.longitude)],
    ])
  const first = (exifAt: number, gpsAt: number) =>
    block(8, [
      [0x0112, 3, 1, orientation],
      [0x8769, 4, 1, long(exifAt)],
      [0x8825, 4, 1, long(gpsAt)],
    ])
  const exifAt = 8 + first(0, 0).length
  const gpsAt = exifAt + exif(0).length
  const tiff = Buffer.concat([Buffer.from('MM\0*\0\0\0\b', 'latin1'), first(exifAt, gpsAt), exif(exifAt), gps(gpsAt)])
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const segment = Buffer.from([0xff, 0xe1, 0, 0])
  segment.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), segment, body, jpeg.subarray(2)])
}
