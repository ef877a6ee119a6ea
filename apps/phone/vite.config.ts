import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build } from 'esbuild'
import { defineConfig, type Plugin } from 'vite'
import { precompress } from '@tingzhou/web/precompress'

const root = fileURLToPath(new URL('.', import.meta.url))
const outDir = fileURLToPath(new URL('../../dist/phone', import.meta.url))
const base = '/phone/'

/** Builds the service worker last: it names every file of the app and changes when one of them does. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const outputs = Object.values(bundle)
      const files = outputs.map(({ fileName }) => base + fileName).filter((name) => !name.endsWith('.html'))
      const digest = createHash('sha256')
      for (const output of outputs) digest.update(output.type === 'chunk' ? output.code : output.source)
      const built = await build({
        entryPoints: [`${root}sw.ts`],
        bundle: true,
        minify: true,
        write: false,
        target: 'es2022',
        define: {
          appFiles: JSON.stringify([...files, `${base}manifest.webmanifest`]),
          appVersion: JSON.stringify(digest.digest('hex').slice(0, 12)),
        },
      })
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: built.outputFiles[0]?.text ?? '' })
    },
  }
}

export default defineConfig({
  root,
  base,
  plugins: [react(), serviceWorker(), precompress()],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 5174, proxy: { '/api': { target: process.env['API_URL'] ?? 'http://localhost:8080' } } },
})
