import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure-installed.mjs'
import { filesUnder, isStale } from './freshness.mjs'

const isSource = (path) =>
  /\.(?:ts|tsx|mjs|json|css|html|svg|webmanifest)$/.test(path) && !/\.test\.ts$|\/migrations\//.test(path)
const isPhone = (path) => path.startsWith('apps/phone/')
const isWeb = (path) => /\/web\/|^core\/ui\//.test(path)
const isShared = (path) => /contract\.ts$|^libs\//.test(path)

/** Bundles what runs on the server when its sources are newer; under a second. */
export async function buildServer() {
  const sources = serverSources()
  const apps = ['server', 'simpark', 'gateway', 'connector-modbus', 'connector-opcua']
  const programs = [...apps.map((app) => [app, `apps/${app}/main.ts`]), ['compute', 'apps/server/compute.ts']]
  const stale = programs.filter(([name, file]) => existsSync(join(root, file)) && isStale(`dist/${name}.mjs`, sources))
  if (stale.length === 0) return
  await bundle(Object.fromEntries(stale))
}

/** Bundles a command of the operator when its sources are newer. @returns the file to run */
export async function buildCommand(name) {
  const program = `cli/${name}`
  if (isStale(`dist/${program}.mjs`, serverSources())) await bundle({ [program]: `apps/server/cli/${name}.ts` })
  return join(root, `dist/${program}.mjs`)
}

function serverSources() {
  return [
    ...filesUnder(['libs', 'core', 'modules', 'apps'], (path) => isSource(path) && !isWeb(path) && !isPhone(path)),
  ]
}

/** Bundles programs for Node: dist/NAME.mjs of the file that each name stands for. */
export async function bundle(entryPoints) {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [externalPackages],
  })
}

/** Our own packages are TypeScript and go into the bundle, and so does data; everything else stays in node_modules. */
const externalPackages = {
  name: 'external-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const bundled = kind === 'entry-point' || path.startsWith('@tingzhou/') || path.endsWith('.json')
      return bundled ? null : { path: withExtension(path), external: true }
    })
  },
}

const { resolve } = createRequire(import.meta.url)
const isSubpath = /^(?:@[^/]+\/)?[^/@]+\/./

/** Node asks for the extension of a file inside a package that has no export map; TypeScript does not. */
function withExtension(path) {
  try {
    return isSubpath.test(path) && resolve(path).endsWith(`/node_modules/${path}.js`) ? `${path}.js` : path
  } catch {
    return path
  }
}

/** Builds the screens, and the driver's phone, when one of their sources is newer. */
export function buildWeb() {
  const all = [...filesUnder(['libs', 'core', 'modules', 'apps'], isSource)]
  const screens = all.filter((path) => isWeb(path) || isShared(path))
  buildSite('web', screens, 'Building the screens …')
  buildSite('phone', [...all.filter(isPhone), 'apps/web/precompress.ts'], 'Building the phone …')
}

function buildSite(name, sources, words) {
  const config = `apps/${name}/vite.config.ts`
  if (!existsSync(join(root, config)) || !isStale(`dist/${name}/index.html`, sources)) return
  console.log(words)
  // The runner reads a config that imports our own packages, which are TypeScript.
  const how = ['--config', config, '--configLoader', 'runner', '--logLevel', 'warn']
  run(['node_modules/vite/bin/vite.js', 'build', ...how])
}

/** Prepares the data folder that the first start unpacks; a cold one costs seconds. */
export function buildImage() {
  const sources = [...filesUnder(['core', 'modules'], (path) => /\/migrations\/.*\.sql$/.test(path))]
  if (isStale('dist/image.tar', sources))
    run(['--enable-source-maps', 'dist/server.mjs', '--prepare-image', 'dist/image.tar'])
}

// As they are shipped, whoever asks: under NODE_ENV=test, which vitest sets, the screens would be those of a developer, slow and with ids that repeat.
function run(args) {
  const env = { ...process.env, NODE_ENV: 'production' }
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

if (process.argv[1] === join(root, 'scripts/build.mjs')) {
  ensureInstalled()
  await buildServer()
  buildWeb()
  buildImage()
}
