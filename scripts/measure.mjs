import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure-installed.mjs'

/** Runs bench/NAME.<kind>.ts, bundled as the server is, and ends with its exit code. */
export async function runMeasure(kind) {
  const [name = '', ...args] = process.argv.slice(2)
  const ending = `.${kind}.ts`
  const known = readdirSync(join(root, 'bench')).flatMap((file) =>
    file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
  )
  if (!known.includes(name)) {
    console.error(`npm run ${kind} -- NAME [--json] [--write]; known names: ${known.join(', ')}`)
    process.exit(2)
  }
  ensureInstalled()
  const { bundle } = await import('./build.mjs')
  const program = `bench/${name}.${kind}`
  // What a bench starts beside itself: gateways, generators of load.
  const beside = readdirSync(join(root, 'bench')).filter((file) => /-(?:host|load)\.ts$/.test(file))
  const programs = [`${program}.ts`, ...beside.map((file) => `bench/${file}`)]
  await bundle(Object.fromEntries(programs.map((file) => [file.slice(0, -'.ts'.length), file])))
  const file = join(root, 'dist', `${program}.mjs`)
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}
