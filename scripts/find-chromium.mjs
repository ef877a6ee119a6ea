import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser of the browser tests: `CHROMIUM_PATH`, else the first Chromium on the PATH; null where there is none. */
export function findChromium() {
  const wished = process.env.CHROMIUM_PATH
  if (wished) return existsSync(wished) ? wished : null
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...elsewhere]
  return candidates.find((file) => existsSync(file)) ?? null
}
