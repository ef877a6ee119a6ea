import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { repoRoot } from '@tingzhou/db'

/** Builds what is older than its sources, as `npm start` does. Called by vitest before all browser tests. */
export function setup(): void {
  const made = spawnSync(process.execPath, [join(repoRoot(), 'scripts/build.mjs')], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`the screens cannot be built:\n${made.stdout}\n${made.stderr}`)
}
