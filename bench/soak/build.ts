import { join } from 'node:path'
import { build } from 'esbuild'
import { repoRoot } from '@tingzhou/db'

/**
 * Bundles the soak's process, so that one that was killed is back in a moment. Our own packages go in, others stay outside.
 * @returns the file to run
 */
export async function buildSoakServer(): Promise<string> {
  const outfile = join(repoRoot(), 'dist/soak-server.mjs')
  await build({
    absWorkingDir: repoRoot(),
    entryPoints: ['bench/soak/server.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [
      {
        name: 'external-packages',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
            const own = kind === 'entry-point' || path.startsWith('@tingzhou/') || path.endsWith('.json')
            return own ? null : { path, external: true }
          })
        },
      },
    ],
  })
  return outfile
}
