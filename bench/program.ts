import { join } from 'node:path'
import { repoRoot } from '@tingzhou/db'

/** What Node is started with to run a program of this folder, bundled as the server is (`scripts/measure.mjs`). */
export const programArgs = (file: `${string}-${'host' | 'load'}.ts`): readonly string[] => [
  '--enable-source-maps',
  join(repoRoot(), 'dist/bench', file.replace(/\.ts$/, '.mjs')),
]
