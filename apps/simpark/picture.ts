import { Transformer } from '@napi-rs/image'
import { randomOf, type Random } from './random.ts'

export type Scene = 'road' | 'pipe' | 'hall' | 'paper'

const width = 480
const height = 360
const kept = new Map<string, Promise<Buffer>>()

/** What a need of this category would be a picture of. */
export function sceneOf(category: string): Scene {
  if (/^(0503|0506|11|0205)/.test(category)) return 'road'
  if (/^(04|0903)/.test(category)) return 'pipe'
  return /^(02|03|0605|08|09)/.test(category) ? 'hall' : 'paper'
}

/**
 * Draws a small JPEG as evidence: plainly a drawing, nothing photographed.
 * @param variant  0..5, so that pictures differ
 * @param mended   how it looks after the work
 */
export function drawPicture(scene: Scene, variant: number, mended: boolean): Promise<Buffer> {
  const key = `${scene}/${variant}/${mended}`
  const drawn = kept.get(key) ?? encode(draw(scene, variant, mended))
  kept.set(key, drawn)
  return drawn
}

async function encode(svg: string): Promise<Buffer> {
  return Buffer.from(await Transformer.fromSvg(svg, 'white').resize(width, height).jpeg(78))
}

function draw(scene: Scene, variant: number, mended: boolean): string {
  const random = randomOf('picture', scene, variant)
  const sky = `hsl(${random.int(195, 215)} 45% ${random.int(70, 84)}%)`
  const ground = `hsl(${random.int(25, 45)} 18% ${random.int(48, 62)}%)`
  const body = painters[scene](random, mended)
  // Blue diagonal stripes in a corner: the mark of every picture made for the demo.
  const mark = `<path d="M0 0h70L0 70z" fill="#1d4ed8"/><path d="M0 28 28 0h8L0 36zM0 52 52 0h8L0 60z" fill="#fff" opacity=".75"/>`
  const done = mended
    ? `<circle cx="430" cy="50" r="26" fill="#15803d"/><path d="m417 50 9 10 17-20" stroke="#fff" stroke-width="6" fill="none"/>`
    : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 480 360"><rect width="480" height="360" fill="${sky}"/><rect y="190" width="480" height="170" fill="${ground}"/>${body}${mark}${done}</svg>`
}

const painters: Readonly<Record<Scene, (random: Random, mended: boolean) => string>> = {
  road: (random, mended) => {
    const holes = Array.from({ length: mended ? 0 : random.int(4, 8) }, () => {
      const y = random.int(240, 345)
      return `<ellipse cx="${random.int(110, 370)}" cy="${y}" rx="${random.int(10, 30)}" ry="${random.int(4, 11)}" fill="#1f2937"/>`
    }).join('')
    const lines = [230, 270, 315].map((y) => `<rect x="236" y="${y}" width="8" height="24" fill="#f8fafc"/>`).join('')
    return `${buildings(random)}<path d="M205 190h70l160 170H45z" fill="#4b5563"/>${lines}${holes}`
  },
  pipe: (random, mended) => {
    const y = random.int(200, 240)
    const leak = mended
      ? ''
      : `<path d="M250 ${y + 20}q-26 50-60 110h130q-40-60-70-110z" fill="#e0f2fe" opacity=".85"/>`
    const clamp = mended ? `<rect x="232" y="${y - 8}" width="36" height="56" fill="#15803d"/>` : ''
    return `${buildings(random)}<rect y="${y}" width="480" height="40" fill="#94a3b8"/><rect y="${y + 8}" width="480" height="7" fill="#cbd5e1"/>${leak}${clamp}`
  },
  hall: (random, mended) => {
    const hue = random.int(0, 40)
    const boxes = Array.from({ length: 6 }, (_, i) => {
      const tall = random.int(30, 90)
      return `<rect x="${50 + i * 66}" y="${330 - tall}" width="48" height="${tall}" fill="hsl(${hue + i * 12} 40% ${mended ? 60 : 40}%)"/>`
    }).join('')
    const frame = `<path d="M30 330V120l210-70 210 70v210z" fill="#e5e7eb" stroke="#6b7280" stroke-width="6"/>`
    const warning = mended ? '' : `<path d="m240 140 44 76h-88z" fill="#facc15" stroke="#111827" stroke-width="5"/>`
    return frame + boxes + warning
  },
  paper: (random, mended) => {
    const lines = Array.from({ length: 11 }, (_, i) => {
      return `<rect x="150" y="${70 + i * 22}" width="${random.int(90, 180)}" height="8" fill="#9ca3af"/>`
    }).join('')
    const stamp = mended
      ? `<circle cx="310" cy="300" r="32" fill="none" stroke="#dc2626" stroke-width="5"/><path d="m310 280 6 14h14l-11 9 4 15-13-9-13 9 4-15-11-9h14z" fill="#dc2626"/>`
      : ''
    return `<rect x="125" y="40" width="230" height="300" fill="#fff" stroke="#d1d5db" stroke-width="3"/>${lines}${stamp}`
  },
}

function buildings(random: Random): string {
  return Array.from({ length: 5 }, (_, i) => {
    const tall = random.int(40, 110)
    return `<rect x="${i * 100 - 10}" y="${190 - tall}" width="${random.int(60, 92)}" height="${tall}" fill="hsl(215 12% ${random.int(45, 68)}%)"/>`
  }).join('')
}
