import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let found: string | null = null

/**
 * The folder of the checkout, from which migrations, processes and catalogues are read, whether the code runs
 * from its sources or from the bundle in dist/.
 * @throws Error when no folder above holds the product's package.json
 */
export function repoRoot(): string {
  found ??= findRoot(dirname(fileURLToPath(import.meta.url)))
  return found
}

function findRoot(from: string): string {
  const file = join(from, 'package.json')
  if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'tingzhou') return from
  const parent = dirname(from)
  if (parent === from) throw new Error('no package.json named "tingzhou" above the running code')
  return findRoot(parent)
}
