// npm run bench -- http: the real server on PGlite: start to first answer, lists at 50 requests/s, search in 100,000 enterprises.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { figure, median, quantile, report, type Figure, type Say } from './harness.ts'
import { importRegister, inventFirms, writeRegister } from './register.ts'
import { ask, buildAll, startServer, type ServerProcess } from './server.ts'
import { loopOf, moveCommand, raiseCommand, setUpZone, type BenchZone } from './zone.ts'

const enterprises = 100_000
const filesOf = 20_000
const appeals = 300
const starts = 3
const runs = 3
const perSecond = 50
const seconds = 10
const clients = 4
const password = 'bench-password-2026'

await report('bench', 'http', async (say) => {
  buildAll()
  const { dataDir, figures: starting } = await startings(say)
  const server = await startServer({ dataDir })
  const zone = await setUpZone(server)
  await fill(server, zone, dataDir, say)
  const cookie = await signIn(server)
  const figures = [
    ...starting,
    ...(await listing(server, cookie, say)),
    ...(await searching(server, cookie, say)),
    staying(server),
  ]
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
  return figures
})

async function startings(say: Say): Promise<{ readonly dataDir: string; readonly figures: readonly Figure[] }> {
  const fresh: number[] = []
  const known: number[] = []
  const bare: number[] = []
  let dataDir = ''
  for (let run = 0; run < starts; run++) {
    if (dataDir) rmSync(dataDir, { recursive: true, force: true })
    dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-bench-'))
    for (const times of [fresh, known]) {
      const server = await startServer({ dataDir })
      times.push(server.readyMs)
      await server.stop()
    }
    bare.push(await bareStart())
    say(
      `starts: empty ${fresh.at(-1)?.toFixed(0)} ms, existing ${known.at(-1)?.toFixed(0)} ms, bare node ${bare.at(-1)?.toFixed(0)} ms`,
    )
  }
  const figures = [
    figure('start on an empty data folder to the first answer', median(fresh), 'ms', '<= 10000'),
    figure('start on an existing data folder to the first answer', median(known), 'ms', '<= 3000'),
    figure('floor: node with an empty HTTP server to its first answer', median(bare), 'ms'),
  ]
  return { dataDir, figures }
}

/** What node itself takes, in the same run. */
async function bareStart(): Promise<number> {
  const script =
    "require('node:http').createServer((_, a) => a.end('1')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })"
  const began = performance.now()
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  await (await fetch(`http://127.0.0.1:${Number(chunk.toString())}/`)).text()
  const tookMs = performance.now() - began
  child.kill()
  return tookMs
}

/** A register through the import command and needs at every step of the loop. */
async function fill(server: ServerProcess, zone: BenchZone, dataDir: string, say: Say): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tingzhou-register-'))
  const began = performance.now()
  for (let from = 0; from < enterprises; from += filesOf) {
    const file = join(folder, `register-${from}.csv`)
    await writeRegister(file, inventFirms(from, filesOf))
    await importRegister(file, dataDir)
  }
  rmSync(folder, { recursive: true, force: true })
  say(`${enterprises} enterprises imported in ${((performance.now() - began) / 1_000).toFixed(0)} s`)
  const loop = loopOf(zone)
  let left = appeals
  const raise = async () => {
    while (left-- > 0) {
      const steps = left % (loop.length + 1)
      let command = raiseCommand(zone)
      for (let step = 0; ; step++) {
        const answer = await ask(server.url, command.key, 'POST', command.path, command.body)
        if (answer.status >= 300) throw new Error(`${command.path}: ${answer.status} ${JSON.stringify(answer.body)}`)
        // The contract's answer to raising and to moving.
        const { id, rev } = answer.body as { id: string; rev: number }
        const next = loop[step]
        if (step >= steps || !next) break
        command = moveCommand(id, rev, next)
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, raise))
  say(`${appeals} appeals raised`)
}

/** A dispatcher's session, as the browser holds it. */
async function signIn(server: ServerProcess): Promise<string> {
  const username = 'bench-session'
  const made = await ask(server.url, server.token, 'POST', '/accounts', {
    commandId: randomUUID(),
    username,
    name: 'dispatcher',
    password,
    roles: [{ role: 'dispatcher', partyId: null }],
    synthetic: true,
  })
  if (made.status !== 201) throw new Error(`the account was not made: ${JSON.stringify(made.body)}`)
  const response = await fetch(`${server.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ username, password }),
  })
  if (response.status !== 201) throw new Error(`signing in: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

async function listing(server: ServerProcess, cookie: string, say: Say): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const path of ['/appeals', '/enterprises']) {
    const p99s: number[] = []
    for (let run = 0; run < runs; run++) {
      p99s.push(await loaded(`${server.url}/api/v1${path}`, { cookie }))
      say(`${path}: p99 ${p99s.at(-1)} ms`)
    }
    figures.push(figure(`GET ${path}, 50 rows, at ${perSecond} requests/s: p99`, median(p99s), 'ms', '<= 300'))
  }
  return [...figures, figure('floor: an empty node HTTP server at the same rate: p99', await bareLoaded(), 'ms')]
}

async function bareLoaded(): Promise<number> {
  const bare = createServer((_request, answer) => void answer.end('{}')).listen(0, '127.0.0.1')
  await once(bare, 'listening')
  // A TCP listener has a port.
  const { port } = bare.address() as AddressInfo
  const p99 = await loaded(`http://127.0.0.1:${port}/`, {})
  bare.close()
  return p99
}

async function loaded(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const result = await autocannon({ url, connections: 10, overallRate: perSecond, duration: seconds, headers })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} answers were no success, ${result.errors} requests failed`)
  return result.latency.p99
}

/** What people type: part of a name, initials, a code, words that are nowhere. */
function questions(): readonly string[] {
  const firms = inventFirms(1, 40).map((_, index) => inventFirms(index * 2_477 + 13, 1)[0])
  return firms.flatMap((firm) => (firm ? [firm.name, firm.name.slice(4, 7), firm.uscc, firm.name.slice(4, 9)] : []))
}

async function searching(server: ServerProcess, cookie: string, say: Say): Promise<readonly Figure[]> {
  const times: number[] = []
  let found = 0
  const asked = [...questions(), 'hcsl', 'tsby', '不存在的企业', 'jxzz']
  for (const q of asked) {
    const began = performance.now()
    const response = await fetch(`${server.url}/api/v1/search?q=${encodeURIComponent(q)}`, { headers: { cookie } })
    const body = await response.text()
    times.push(performance.now() - began)
    if (!response.ok) throw new Error(`search for ${q}: ${response.status} ${body}`)
    // The contract's answer to a search.
    const { rows } = JSON.parse(body) as { rows: readonly unknown[] }
    if (rows.length > 0) found++
  }
  say(`search: ${asked.length} questions, ${found} with hits, slowest ${Math.max(...times).toFixed(0)} ms`)
  return [
    figure(`search in ${enterprises} enterprises, ${asked.length} questions: median`, median(times), 'ms'),
    figure('search: p99 to the first hits', quantile(times, 0.99), 'ms', '<= 300'),
    figure('search: questions with hits', found, 'questions', `>= ${questions().length}`),
  ]
}

/** Memory of the whole server process with everything in it. */
function staying(server: ServerProcess): Figure {
  return figure('memory of the server with all this (RSS)', server.memoryMib(), 'MiB')
}
