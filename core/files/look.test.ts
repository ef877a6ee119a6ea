import { Transformer } from '@napi-rs/image'
import { describe, expect, it } from 'vitest'
import { lookBits, lookOf } from './look.ts'

/** A sheet of paper on a table, with lines of words of its own, as a phone sees it. */
async function slip(seed: number, { width = 640, height = 480, light = 1, shift = 0 } = {}): Promise<Uint8Array> {
  let state = seed
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  const marks = Array.from({ length: 60 }, () => ({
    x: next(),
    y: next(),
    w: 0.02 + next() * 0.2,
    h: 0.01 + next() * 0.03,
  }))
  const pixels = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + shift) / width, y / height]
      const onPaper = u > 0.12 && u < 0.88 && v > 0.08 && v < 0.92
      const dark = marks.some((mark) => u > mark.x && u < mark.x + mark.w && v > mark.y && v < mark.y + mark.h)
      const grey = light * (onPaper ? (dark ? 70 : 225 - 20 * v) : 110 + 30 * u)
      pixels.set([grey, grey, grey, 255], (y * width + x) * 4)
    }
  return new Transformer(await Transformer.fromRgbaPixels(pixels, width, height).png()).jpeg(90)
}

const apart = (a: string, b: string): number => [...a].filter((bit, i) => bit !== b[i]).length

async function looked(picture: Uint8Array): Promise<string> {
  const look = await lookOf(picture)
  if (look === null) throw new Error('it shows enough')
  return look
}

describe('what a picture looks like', () => {
  it('stays when the picture is made smaller, darker, or saved otherwise', async () => {
    const first = await slip(1)
    const look = await looked(first)
    const others = [
      await new Transformer(first).jpeg(35),
      await new Transformer(first).webp(60),
      await new Transformer(first).resize(320).jpeg(70),
      await slip(1, { light: 0.8 }),
      await slip(1, { shift: 2 }),
    ]

    expect(look).toMatch(new RegExp(`^[01]{${lookBits}}$`))
    for (const other of others) expect(apart(look, await looked(other))).toBeLessThanOrEqual(16)
  })

  it('is another where the words on the paper are others', async () => {
    const looks = await Promise.all(Array.from({ length: 12 }, async (_, n) => looked(await slip(n + 1))))
    const pairs = looks.flatMap((a, i) => looks.slice(i + 1).map((b) => apart(a, b)))

    expect(Math.min(...pairs)).toBeGreaterThan(24)
  })

  it('is nothing where there is nothing to see', async () => {
    const blank = new Uint8Array(64 * 64 * 4).fill(200)
    expect(await lookOf(await Transformer.fromRgbaPixels(blank, 64, 64).png())).toBe(null)
  })
})
