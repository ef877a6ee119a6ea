// npm run dev [-- --empty]: the server from its sources on PORT (8080), started again on every change, and vite on 5173.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure-installed.mjs'

ensureInstalled()
const port = process.env.PORT ?? '8080'
const start = (args, env = {}) =>
  spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
const children = [
  start(
    [
      join(root, 'node_modules/tsx/dist/cli.mjs'),
      'watch',
      '--clear-screen=false',
      'apps/server/main.ts',
      ...process.argv.slice(2),
    ],
    {
      PUBLIC_URL: process.env.PUBLIC_URL ?? 'http://localhost:5173',
    },
  ),
  start([join(root, 'node_modules/vite/bin/vite.js'), '--config', 'apps/web/vite.config.ts'], {
    API_URL: `http://localhost:${port}`,
  }),
]
const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop)
for (const child of children) child.on('exit', (code) => (stop(), (process.exitCode = code ?? 0)))
