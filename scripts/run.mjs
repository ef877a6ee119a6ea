// npm run import|backup|…: runs apps/server/cli/<name>.ts, bundled as the server is.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure-installed.mjs'

const [name = '', ...args] = process.argv.slice(2)
const folder = join(root, 'apps/server/cli')
const file = join(folder, `${name}.ts`)
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  const known = readdirSync(folder).filter((entry) => entry.endsWith('.ts') && !entry.endsWith('.test.ts'))
  console.error(`there is no command "${name}"; known: ${known.map((entry) => entry.slice(0, -3)).join(', ')}`)
  process.exit(2)
}
ensureInstalled()
const { buildCommand } = await import('./build.mjs')
const child = spawn(process.execPath, ['--enable-source-maps', await buildCommand(name), ...args], { stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
