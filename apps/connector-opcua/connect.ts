import { join } from 'node:path'
import {
  notCalled,
  tooLate,
  usualWaits,
  waitMs,
  wordsOf,
  type Connect,
  type Connection,
  type Line,
  type Waits,
} from '@tingzhou/connector'
import { pause } from '@tingzhou/gateway/connector'
import { call } from './call.ts'
import { isMissing, loadLibrary, type Library, type Session } from './library.ts'
import { openPki, type Pki } from './pki.ts'
import { newPoint, type Point } from './point.ts'
import { readSource, type Source } from './source.ts'
import { refusalOf, writeNode } from './write.ts'

export type Options = {
  /** The folder of the server; certificates are in `opcua` in it. */
  readonly dataDir: string
  readonly waits?: Waits
  /** So long without an answer and a server is taken for gone, ms. */
  readonly silentMs?: number
  readonly load?: () => Promise<Library>
}

const defaultSilentMs = 15_000
const writesMax = 50
// An order is of the moment: one that waited for others is not carried out when nobody expects it any more.
const writeWaitsMs = 5_000
// A server that answered for so long is called again as soon as one that was never lost.
const stableMs = 10_000

/** Makes what calls OPC UA servers. The library and our certificate are loaded when the first one is called. */
export function createConnect(options: Options): Connect {
  let tools: Promise<Tools> | null = null
  const prepared = async (): Promise<Tools> => {
    tools ??= prepare(options)
    try {
      return await tools
    } catch (error) {
      // What is missing may be there the next time.
      tools = null
      throw error
    }
  }
  return (given, line) => {
    const source = readSource(given)
    return source.ok ? callForEver(source.value, line, options, prepared) : notCalled(line, source.error)
  }
}

type Tools = { readonly library: Library; readonly pki: Pki }

async function prepare({ dataDir, load = loadLibrary }: Options): Promise<Tools> {
  const library = await load().catch((error: unknown) => {
    throw isMissing(error) ? new Error('node-opcua-client is not installed: npm install --include=optional') : error
  })
  return { library, pki: await openPki(library, join(dataDir, 'opcua')) }
}

function callForEver(
  source: Source,
  line: Line,
  { waits = usualWaits, silentMs = defaultSilentMs }: Options,
  prepared: () => Promise<Tools>,
): Connection {
  const stop = new AbortController()
  const { signal } = stop
  const points = source.points.map(newPoint)
  let online: Session | null = null
  let onlineSince: number | null = null
  const once = async (): Promise<string> => {
    onlineSince = null
    try {
      const tools = await prepared()
      return await call({
        ...tools,
        source,
        points,
        line,
        silentMs,
        signal,
        online: (session) => {
          online = session
          onlineSince ??= Date.now()
        },
      })
    } catch (error) {
      return lineOf(error)
    }
  }
  const run = async (): Promise<void> => {
    let failures = 0
    while (!signal.aborted) {
      const reason = await once()
      if (signal.aborted) return
      line.state(null, reason)
      const wasStable = onlineSince !== null && Date.now() - onlineSince > stableMs
      failures = wasStable ? 1 : failures + 1
      await pause(isLogin(reason) ? waits.longestMs : waitMs(failures, waits, Math.random()), signal)
    }
  }
  const running = run()
  const write = createWriter(points, async (point, value) => {
    if (!online) throw new Error('the machine is not connected')
    const { library } = await prepared()
    return await writeNode({ library, session: online, line, signal }, point, value)
  })
  return {
    write,
    close: async () => {
      stop.abort()
      await running
    },
  }
}

/** Writes one value after the other: of two for one point the later one is held in the end. */
function createWriter(
  points: readonly Point[],
  write: (point: Point, value: number) => Promise<number | null>,
): Connection['write'] {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async (key, value, isWanted = () => true) => {
    const point = points.find((one) => one.key === key)
    const refusal = point ? refusalOf(point, value) : `${key} is no point of it`
    if (!point || refusal !== null) throw new Error(refusal ?? key)
    if (waiting >= writesMax) throw new Error(`${writesMax} values wait to be written`)
    waiting++
    const asked = Date.now()
    const written = last
      .then(() => {
        if (!isWanted()) throw new Error(tooLate)
        if (Date.now() - asked > writeWaitsMs) throw new Error('other values of it took too long to be written')
        return write(point, value)
      })
      .finally(() => waiting--)
    last = written.catch(() => {})
    return await written
  }
}

/** Servers lock users whose password is wrong too often. */
const isLogin = (reason: string): boolean => /BadUserAccessDenied|BadIdentityToken/.test(reason)

/** What was thrown, on one line. */
const lineOf = (error: unknown): string => wordsOf(error).replaceAll(/\s+/g, ' ').trim().slice(0, 500)
