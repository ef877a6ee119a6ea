import { encode } from 'uqr'

/** Where a code is drawn, in points. */
export type CodePlace = { readonly x: number; readonly y: number; readonly side: number }

type Canvas = {
  rect: (x: number, y: number, width: number, height: number) => { fill: (colour: string) => unknown }
}

/**
 * Draws a QR code: error correction M, a quiet zone of two modules inside the side.
 * @throws Error when the text is longer than a code holds
 * Source: ISO/IEC 18004, by uqr. O(modules).
 */
export function drawCode(canvas: Canvas, text: string, { x, y, side }: CodePlace): void {
  const { data, size } = encode(text, { ecc: 'M', border: 2 })
  const module = side / size
  for (const [row, cells] of data.entries())
    for (const [start, length] of runsOf(cells))
      canvas.rect(x + start * module, y + row * module, length * module, module).fill('#000000')
}

/** Neighbours drawn as one bar: fewer shapes and no hair lines between them. */
function runsOf(cells: readonly boolean[]): readonly (readonly [start: number, length: number])[] {
  const runs: (readonly [number, number])[] = []
  let start = -1
  for (let column = 0; column <= cells.length; column++) {
    if (cells[column] && start < 0) start = column
    if (!cells[column] && start >= 0) {
      runs.push([start, column - start])
      start = -1
    }
  }
  return runs
}
