// npm run bench -- services: a catalogue of 8,019 service items on the real server and PGlite: loaded, listed, searched, filtered.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@tingzhou/db'
import { catalogueSize, loadSyntheticCatalogue, seedDepartments, syntheticItems } from '@tingzhou/services'
import { figure, quantile, report, type Figure, type Say } from './harness.ts'
import { ask, buildAll, startServer, type ServerProcess } from './server.ts'

const zoneId = 'zone'
const seed = 1
const rounds = 60
const warmUps = 5
const targetMs = '<= 200'

type Page = {
  readonly rows: readonly { readonly code: string }[]
  readonly next: string | null
  readonly total: number
}
/** One kind of question: its path the n-th time it is asked, and whether the answer can be right. */
type Question = {
  readonly kind: string
  readonly path: (n: number) => string
  readonly isRight: (page: Page) => boolean
}

await report('bench', 'services', async (say) => {
  buildAll()
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-bench-'))
  // The first start makes the zone; the catalogue is then loaded while nobody else has the data folder.
  await (await startServer({ dataDir })).stop()
  const loadedMs = await load(dataDir)
  say(`${catalogueSize} items loaded in ${loadedMs.toFixed(0)} ms`)
  const server = await startServer({ dataDir })
  const figures = [
    figure(`${catalogueSize} items loaded into PGlite`, loadedMs, 'ms'),
    ...(await answering(server, say)),
    figure('floor: an empty node HTTP server, one request: p95', await floor(), 'ms'),
  ]
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
  return figures
})

async function load(dataDir: string): Promise<number> {
  const database = await openDatabase({ dataDir: join(dataDir, 'db') })
  try {
    const began = performance.now()
    await database.db.transaction().execute((tx) => loadSyntheticCatalogue(tx, { zoneId }, seed))
    return performance.now() - began
  } finally {
    await database.close()
  }
}

async function answering(server: ServerProcess, say: Say): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  const all: number[] = []
  for (const question of questionsOf(await cursorsOf(server))) {
    const times: number[] = []
    for (let n = -warmUps; n < rounds; n++) {
      const tookMs = await timed(server, question, Math.abs(n))
      if (n >= 0) times.push(tookMs)
    }
    all.push(...times)
    const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)]
    say(`${question.kind}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`)
    figures.push(figure(`${question.kind}: p50`, p50, 'ms'), figure(`${question.kind}: p95`, p95, 'ms', targetMs))
  }
  return [...figures, figure(`all ${all.length} questions: p95`, quantile(all, 0.95), 'ms', targetMs)]
}

async function timed(server: ServerProcess, { kind, path, isRight }: Question, n: number): Promise<number> {
  const began = performance.now()
  const { status, body } = await ask(server.url, server.token, 'GET', path(n))
  const tookMs = performance.now() - began
  if (status !== 200 || !isRight(body as Page))
    throw new Error(`${kind}, ${path(n)}: ${status} ${JSON.stringify(body)}`)
  return tookMs
}

/** The keys of pages through the whole catalogue, 200 items apart. */
async function cursorsOf(server: ServerProcess): Promise<readonly string[]> {
  const cursors: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await ask(server.url, server.token, 'GET', `/service-items?limit=200${at}`)
    // The contract's answer to a list.
    cursor = (body as Page).next
    if (cursor !== null) cursors.push(cursor)
  }
  return cursors
}

/** What people do with a catalogue. */
function questionsOf(cursors: readonly string[]): readonly Question[] {
  const items = syntheticItems(seed)
  const at = <T>(from: readonly T[], n: number): T => {
    const one = from[(n * 131) % from.length]
    if (one === undefined) throw new Error('nothing to ask for')
    return one
  }
  const items50 = (more: Readonly<Record<string, string>>) =>
    `/service-items?${new URLSearchParams({ limit: '50', ...more })}`
  const isFull = ({ rows, total }: Page) => rows.length === 50 && total >= catalogueSize
  const hasHits = ({ rows }: Page) => rows.length > 0
  const search = (kind: string, words: (n: number) => string): Question => ({
    kind: `search, ${kind}`,
    path: (n) => items50({ q: words(n) }),
    isRight: hasHits,
  })
  return [
    { kind: 'list, first page of 50', path: () => items50({}), isRight: isFull },
    {
      kind: 'list, page of 50 anywhere',
      path: (n) => items50({ cursor: at(cursors, n) }),
      isRight: ({ rows }) => rows.length > 0,
    },
    { kind: 'list, page of 200', path: () => '/service-items?limit=200', isRight: ({ rows }) => rows.length === 200 },
    search('a whole name', (n) => at(items, n).name.zh),
    search('two characters of a name', (n) => at(items, n).name.zh.slice(0, 2)),
    search('two English words', (n) => at(items, n).name.en.split(' ').slice(0, 2).join(' ')),
    search('a code', (n) => at(items, n).code),
    {
      kind: 'search, words that are nowhere',
      path: () => items50({ q: '不存在的事项' }),
      isRight: ({ rows }) => rows.length === 0,
    },
    {
      kind: 'filter, department',
      path: (n) => items50({ department: at(items, n).department }),
      isRight: hasHits,
    },
    {
      kind: 'filter, kind and level',
      path: (n) => items50({ kind: at(items, n).kind, level: at(items, n).level }),
      isRight: hasHits,
    },
    {
      kind: 'filter and search, department and word',
      path: (n) => items50({ department: at(items, n).department, q: at(items, n).name.zh.slice(0, 2) }),
      isRight: hasHits,
    },
    {
      kind: 'departments with their counts',
      path: () => '/service-items/departments',
      isRight: (rows) =>
        Array.isArray(rows) &&
        rows.length >= seedDepartments.filter(({ syntheticWeight }) => syntheticWeight > 0).length,
    },
  ]
}

/** The same client against a server that does nothing. */
async function floor(): Promise<number> {
  const bare = createServer((_request, answer) => void answer.end('{}')).listen(0, '127.0.0.1')
  await once(bare, 'listening')
  // A TCP listener has a port.
  const { port } = bare.address() as AddressInfo
  const times: number[] = []
  for (let n = -warmUps; n < rounds; n++) {
    const began = performance.now()
    await ask(`http://127.0.0.1:${port}`, '', 'GET', '/')
    if (n >= 0) times.push(performance.now() - began)
  }
  bare.close()
  return quantile(times, 0.95)
}
