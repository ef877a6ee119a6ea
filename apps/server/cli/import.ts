// npm run import -- enterprises FILE.xlsx|csv [--dry-run]: through the running server, or straight into the database when none runs.
import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrate, openDatabase } from '@tingzhou/db'
import { fill } from '@tingzhou/http'
import type { Problem } from '@tingzhou/http/contract'
import { epochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { importDirectly, registryTexts, type DirectImport } from '@tingzhou/registry'
import type { EnterpriseImport } from '@tingzhou/registry/contract'
import { readConfig, type Config } from '../config.ts'
import { DataDirHeld, holdDataDir, readCard } from '../data-dir.ts'

type Job = {
  readonly path: string
  readonly name: string
  readonly dryRun: boolean
  readonly synthetic: boolean
  readonly lang: Lang
  readonly say: (key: keyof ReturnType<typeof registryTexts>['cli'], values?: Readonly<Record<string, unknown>>) => void
}
type Outcome = Pick<DirectImport, 'counts' | 'faults' | 'errors'>

const shownFaultsMax = 20
const pollMs = 500
// All rows taken; usage or failure; some rows had faults, the others were taken.
const exits = { good: 0, failed: 1, usage: 2, faulty: 3 }

const langOf = (wish: string | undefined): Lang =>
  wish === 'zh-CN' || (wish === undefined && (process.env.LC_ALL ?? process.env.LANG ?? '').startsWith('zh'))
    ? 'zh-CN'
    : 'en'

function readJob(args: readonly string[]): Job | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, synthetic: { type: 'boolean' }, lang: { type: 'string' } },
  })
  const lang = langOf(values.lang)
  const texts = registryTexts(lang).cli
  const say: Job['say'] = (key, told = {}) => console.log(fill(texts[key], told))
  const [what, path, ...rest] = positionals
  if (what !== 'enterprises' || path === undefined || rest.length > 0) {
    console.error(texts.usage)
    return null
  }
  const dryRun = values['dry-run'] ?? false
  return { path, name: basename(path), dryRun, synthetic: values.synthetic ?? false, lang, say }
}

async function importThroughServer(url: string, token: string, job: Job): Promise<Outcome> {
  const ask = async (method: string, path: string, body?: FormData | object): Promise<Response> => {
    const isForm = body instanceof FormData
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': job.lang,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    if (response.ok) return response
    // Everything that the server refuses comes as problem details.
    const problem = (await response.json()) as Problem
    throw new Error(`${problem.title} ${problem.detail} (${problem.requestId})`)
  }
  // The answers are those of the contract.
  const askImport = async (method: string, path: string, body?: object) =>
    (await (await ask(method, path, body)).json()) as EnterpriseImport

  // The server works on; ask until it is done.
  const settled = async (begun: EnterpriseImport): Promise<EnterpriseImport> => {
    let now = begun
    while (now.state === 'reading' || now.state === 'running') {
      if (now.state === 'running') job.say('progress', { done: now.done, rows: now.counts.rows })
      await new Promise((resolve) => setTimeout(resolve, pollMs))
      now = await askImport('GET', `/enterprise-imports/${now.id}`)
    }
    if (now.state === 'failed') throw new Error(now.refusal ?? 'the server could not finish it; its log says why')
    return now
  }

  const form = new FormData()
  const type = extname(job.name).toLowerCase() === '.csv' ? 'text/csv' : 'application/octet-stream'
  form.append('file', new Blob([await openAsBlob(job.path)], { type }), job.name)
  const file = (await (await ask('POST', '/files', form)).json()) as { id: string }
  const wish = { commandId: randomUUID(), fileId: file.id, synthetic: job.synthetic, preview: job.dryRun }
  let state = await settled(await askImport('POST', '/enterprise-imports', wish))
  if (!job.dryRun) {
    const body = { commandId: randomUUID() }
    state = await settled(await askImport('POST', `/enterprise-imports/${state.id}/commit`, body))
  }
  const faulty = state.counts.bad > 0
  const errors = faulty ? await (await ask('GET', `/enterprise-imports/${state.id}/errors.xlsx`)).arrayBuffer() : null
  return { counts: state.counts, faults: state.faults, errors: errors && new Uint8Array(errors) }
}

async function importIntoDatabase(config: Config, job: Job): Promise<Outcome> {
  const held = config.databaseUrl === null ? holdDataDir(config.dataDir, Date.now()) : null
  const { databaseUrl, dataDir } = config
  const database = await openDatabase(databaseUrl === null ? { dataDir: join(dataDir, 'db') } : { databaseUrl })
  try {
    await migrate(database)
    const deps = { db: database.db, zoneId: config.zoneId, clock: () => epochMs(Date.now()) }
    const by = { accountId: 'command-line', name: 'npm run import' }
    let rows = 0
    const imported = await importDirectly(deps, by, job, {
      ...job,
      onProgress: (done) => {
        // Every fifth batch.
        if (++rows % 5 === 0) job.say('progress', { done, rows: '…' })
      },
    })
    if (imported.ok) return imported.value
    const { kind, value, rule } = imported.error
    throw new Error(`${kind}: ${value} (${rule})`)
  } finally {
    await database.close()
    held?.release()
  }
}

/** The running server of the data folder, or null. */
async function findServer(config: Config): Promise<{ url: string; token: string } | null> {
  const card = readCard(config.dataDir)
  if (!card || card.port === null) return null
  const url = `http://localhost:${card.port}`
  const alive = await fetch(`${url}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  )
  return alive ? { url, token: card.token } : null
}

async function run(job: Job): Promise<number> {
  const started = performance.now()
  const config = readConfig(process.env, [])
  job.say('reading', { file: job.path })
  const server = await findServer(config)
  job.say(server ? 'viaServer' : 'direct', { url: server?.url })
  const { counts, faults, errors } = await (server
    ? importThroughServer(server.url, server.token, job)
    : importIntoDatabase(config, job))
  for (const fault of faults.slice(0, shownFaultsMax)) job.say('fault', fault)
  if (counts.faults > shownFaultsMax) job.say('more', { n: counts.faults - shownFaultsMax })
  job.say('result', counts)
  if (job.dryRun) job.say('dryRun')
  job.say('seconds', { seconds: ((performance.now() - started) / 1_000).toFixed(1) })
  if (errors === null) return exits.good
  const file = `${job.path}.errors.xlsx`
  await writeFile(file, errors)
  job.say('errorsFile', { file })
  return exits.faulty
}

const job = readJob(process.argv.slice(2))
if (!job) process.exitCode = exits.usage
else
  try {
    process.exitCode = await run(job)
  } catch (error) {
    const reason = error instanceof DataDirHeld || error instanceof Error ? error.message : String(error)
    console.error(fill(registryTexts(job.lang).cli.failed, { reason }))
    process.exitCode = exits.failed
  }
