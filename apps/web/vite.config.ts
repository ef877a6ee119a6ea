import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'
import { silentIcons } from './silent-icons.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const outDir = fileURLToPath(new URL('../../dist/web', import.meta.url))

export default defineConfig({
  root,
  plugins: [react(), silentIcons(), precompress()],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    // Inlined data: fonts would break the content security policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What changes with dependencies only stays in the browser's cache when a screen changes.
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /node_modules[\\/](?:react|react-dom|scheduler|react-router|@tanstack|@orpc|zod|i18next|react-i18next)[\\/]/,
            },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { '/api': { target: process.env['API_URL'] ?? 'http://localhost:8080' } } },
})
