// npm run gateway: builds what is missing or older than its sources, then runs a gateway in a process of its own. It is set up by the
// environment (docs/operations.md): DATABASE_URL, TELEMETRY_STREAM, NATS_URL, the ports.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure-installed.mjs'

ensureInstalled()
const { buildServer } = await import('./build.mjs')
await buildServer()

const gateway = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/gateway.mjs')], { stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => gateway.kill(signal))
gateway.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
