// The embedded database runs in a thread of its own, so that a long statement never stops the event loop of the server.
// Messages in: { id, op, sql, params, queries, bytes }; out: { id, value } or { id, error }.
import { parentPort, workerData } from 'node:worker_threads'
import { readFile, writeFile } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'

const text = (value) => value
const asInstant = (value) => (value.endsWith('infinity') ? value : Math.round(new Date(value).getTime()))
const smallSettings = ['shared_buffers = 16MB', 'min_wal_size = 2MB', 'max_wal_size = 64MB']
const parsers = {
  20: (value) => Number(value),
  1700: text,
  1082: text,
  1083: text,
  1114: text,
  1184: asInstant,
}

/** A file that is read at once: a plain Blob of 70 MB is put together from pieces, which costs half a second of the processor. */
class WholeFile extends Blob {
  constructor(path) {
    super()
    this.path = path
  }
  async arrayBuffer() {
    // A Uint8Array of its own: the bytes of a Buffer may lie in the middle of a shared one.
    return new Uint8Array(await readFile(this.path)).buffer
  }
}

const { dataDir, image, isSmall } = workerData
const programFile = new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'))
const program = workerData.program ?? (await WebAssembly.compile(await readFile(programFile)))
const database = await PGlite.create({
  pgliteWasmModule: program,
  ...(dataDir ? { dataDir } : {}),
  ...(image ? { loadDataDir: new WholeFile(image) } : {}),
  ...(isSmall ? { initDbStartParams: ['--wal-segsize=1'], postgresqlconf: smallSettings } : {}),
  parsers,
})
// The instants of a session are UTC, and a page read here costs as much as one read there, as on a server (database.ts).
await database.exec(`set time zone 'UTC'; set random_page_cost = 1.1`)

async function query(sql, params) {
  const result = await database.query(sql, params)
  return { rows: result.rows, affected: result.affectedRows ?? 0 }
}

const operations = {
  query: ({ sql, params }) => query(sql, params),
  // One after the other; what follows a statement that fails is not run.
  queries: async ({ queries }) => {
    const results = []
    for (const { sql, params } of queries) results.push(await query(sql, params))
    return results
  },
  exec: async ({ sql }) => {
    await database.exec(sql)
  },
  copyOut: async ({ sql }) => {
    const result = await database.query(sql)
    return result.blob ? new Uint8Array(await result.blob.arrayBuffer()) : new Uint8Array()
  },
  copyIn: async ({ sql, bytes }) => {
    await database.query(sql, [], { blob: new Blob([bytes]) })
  },
  dump: async ({ file }) => {
    const blob = await database.dumpDataDir('none')
    await writeFile(file, new Uint8Array(await blob.arrayBuffer()))
  },
  close: async () => {
    await database.close()
  },
}

parentPort.on('message', async (message) => {
  try {
    parentPort.postMessage({ id: message.id, value: await operations[message.op](message) })
  } catch (error) {
    const { message: text, code, detail, constraint, table, column, position, routine, where } = error
    parentPort.postMessage({
      id: message.id,
      error: { message: text, code, detail, constraint, table, column, position, routine, where },
    })
  }
})
parentPort.postMessage({ id: 0, value: program })
