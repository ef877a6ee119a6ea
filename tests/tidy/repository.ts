import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** The checkout as the rules see it: text by path from the root. A fixture is a small one. */
export type Repository = ReadonlyMap<string, string>

/** What a rule found, ready to be read: `modules/needs/moves.ts:12 imports …`. */
export type Finding = string

const skippedFolders = new Set(['node_modules', '.git', 'dist', 'coverage'])
const readable = /\.(?:ts|tsx|mjs|json|css|html|sql|bpmn)$/

/** Reads every text file that the rules look at. `data` at the root is the running zone's, not the repository's. */
export function readRepository(root: string): Repository {
  const files = new Map<string, string>()
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory() && !skippedFolders.has(entry.name) && path !== 'data') walk(path)
      if (entry.isFile() && readable.test(entry.name)) files.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  walk('.')
  return files
}

/** The four floors, lowest first. */
export const floors = ['libs', 'core', 'modules', 'apps'] as const
export type Floor = (typeof floors)[number]

/** One package of the workspace. */
export type Package = {
  readonly name: string
  readonly floor: Floor
  readonly folder: string
  /** Entry → file, both as package.json writes them with the folder put in front: `@tingzhou/db/testing` → `core/db/testing.ts`. */
  readonly entries: ReadonlyMap<string, string>
}

/** The packages by folder. */
export function packagesOf(repository: Repository): ReadonlyMap<string, Package> {
  const packages = new Map<string, Package>()
  for (const [path, text] of repository) {
    const floor = floors.find((floor) => path.startsWith(`${floor}/`))
    if (!floor || !/^[^/]+\/[^/]+\/package\.json$/.test(path)) continue
    const folder = dirname(path)
    // The shape is ours; a file that is not JSON fails every rule.
    const { name, exports = {} } = JSON.parse(text) as { name: string; exports?: Record<string, string> }
    const entries = Object.entries(exports).map(([entry, file]) => [posix.join(name, entry), posix.join(folder, file)])
    packages.set(folder, { name, floor, folder, entries: new Map(entries as [string, string][]) })
  }
  return packages
}

/** The package that a file belongs to. */
export const packageOf = (packages: ReadonlyMap<string, Package>, path: string): Package | undefined =>
  packages.get(path.split('/').slice(0, 2).join('/'))
