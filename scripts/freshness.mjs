import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ensure-installed.mjs'

const skipped = new Set(['node_modules', 'dist', 'data', '.git'])

/** Files under the folders whose path matches. */
export function* filesUnder(folders, matches) {
  for (const folder of folders) yield* walk(folder, matches)
}

function* walk(folder, matches) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* walk(path, matches)
    if (entry.isFile() && matches(path)) yield path
  }
}

/** Whether a built file is missing or older than one of its sources. */
export function isStale(built, sources) {
  const made = statSync(join(root, built), { throwIfNoEntry: false })?.mtimeMs
  if (made === undefined) return true
  for (const source of [...sources, 'package-lock.json']) if (statSync(join(root, source)).mtimeMs > made) return true
  return false
}
