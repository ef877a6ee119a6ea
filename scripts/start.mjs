// npm start [-- --empty]: installs and builds what is missing or older than its sources, then runs the server.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure-installed.mjs'

ensureInstalled()
const { buildImage, buildServer, buildWeb } = await import('./build.mjs')
await buildServer()
buildWeb()
buildImage()

const server = spawn(
  process.execPath,
  ['--enable-source-maps', join(root, 'dist/server.mjs'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
// Ctrl-C reaches the whole group; a signal to this process alone is passed on.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.kill(signal))
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
