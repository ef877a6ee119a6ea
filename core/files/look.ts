import { ResizeFit, Transformer } from '@napi-rs/image'

/** Bits of a look: sixteen rows of sixteen comparisons. */
export const lookBits = 256
const side = 16
// Below this a step from one square to the next is noise of the codec.
const stepMin = 3
// Of a picture with fewer steps there is too little to tell it from others, such as a blank wall or a black frame.
const stepsMin = 24

/**
 * What a picture looks like: a difference hash. Pictures made from each other by another codec, size or brightness differ in few of
 * its bits, others in about a hundred.
 * @param picture  upright, any size; the smaller the faster
 * @returns 256 digits 0 and 1, row by row: whether it gets brighter to the right; null when the picture shows too little
 * Source: difference hash (N. Krawetz, "Kind of Like That", 2013), with 17 × 16 squares. O(pixels).
 */
export async function lookOf(picture: Uint8Array): Promise<string | null> {
  const grey = await new Transformer(picture)
    .grayscale()
    .resize({ width: side + 1, height: side, fit: ResizeFit.Fill })
    .rawPixels()
  // One byte a square, also where the picture had a layer of transparency.
  const channels = grey.length / ((side + 1) * side)
  const at = (x: number, y: number): number => grey[(y * (side + 1) + x) * channels] ?? 0
  let look = ''
  let steps = 0
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const step = at(x + 1, y) - at(x, y)
      if (Math.abs(step) >= stepMin) steps++
      look += step >= stepMin ? '1' : '0'
    }
  return steps < stepsMin ? null : look
}
