// A process of the soak, killed again and again: it plays cases for its workers, fires timers and carries what cases tell
// each other. Its one argument is JSON; it says its port in its first line and every fault in a line of its own.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { openDatabase } from '@tingzhou/db'
import { createRelay } from '@tingzhou/events'
import { acrossHandler, orphansIn } from '@tingzhou/process/testing'
import { fireDue, nextTimerAt } from '@tingzhou/process'
import { createTimerRunner } from '@tingzhou/timers'
import { doCommand, haltedCases, lookAt, openCases, type Command, type Play } from './commands.ts'
import { onPurpose, seeded } from './hosts.ts'
import { clockSince, playersOf, readKinds, zoneId } from './world.ts'

/** What the process is told when it starts. */
export type ServerTask = {
  readonly dataDir: string | null
  readonly databaseUrl: string | null
  readonly startedAtMs: number
  readonly seed: number
}

/** What it is asked: a command, or something that changes nothing. */
export type Asked =
  | Command
  | { readonly op: 'look'; readonly instanceId: string }
  | { readonly op: 'open' | 'halted' | 'settle' | 'orphans' }

const connectionsMax = 6
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

const task = JSON.parse(process.argv[2] ?? '{}') as ServerTask
const clock = clockSince(task.startedAtMs)
const database = await openDatabase(
  task.databaseUrl === null ? { dataDir: task.dataDir ?? '' } : { databaseUrl: task.databaseUrl, connectionsMax },
)
const { db } = database
const { runtime, hosts } = playersOf(await readKinds(), clock, seeded(task.seed))
const play: Play = { db, runtime, hosts }
const log = {
  error: ({ err: error, ...where }: Record<string, unknown>, message: string) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)
    if (!text.includes(onPurpose)) say({ fault: `${message}: ${JSON.stringify(where)} ${text}` })
  },
}
const relay = createRelay({ db, zoneId, clock, log }, [acrossHandler(runtime, hosts)])
const timers = createTimerRunner({ db, zoneId, clock, log }, [
  {
    name: 'processes',
    fireDue: async (now, onError) => {
      const report = await fireDue(db, runtime, hosts, now, onError)
      if (report.fired > 0) relay.wake()
      return report
    },
    nextDue: () => nextTimerAt(db, zoneId),
  },
])
relay.start()
timers.start()

const server = createServer((request, answer) => void respond(request, answer))

async function respond(request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { status, body } = await reply(request)
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null))
}

// Workers keep their connections: one that is closed while nobody asks would look like a kill.
server.keepAliveTimeout = 0
// It ends with whoever started it.
process.stdin.on('end', () => process.exit(1)).resume()
server.listen(0, '127.0.0.1', () => say({ port: (server.address() as AddressInfo).port }))

async function reply(request: IncomingMessage): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked
    switch (asked.op) {
      case 'look':
        return { status: 200, body: await lookAt(play, asked.instanceId) }
      case 'open':
        return { status: 200, body: await openCases(play) }
      case 'halted':
        return { status: 200, body: await haltedCases(play) }
      case 'orphans':
        return { status: 200, body: await orphansIn(db, zoneId) }
      case 'settle':
        await relay.settle()
        return { status: 200, body: await waiting() }
      case 'start':
      case 'feed':
      case 'verb':
      case 'admin': {
        const done = await doCommand(play, asked)
        relay.wake()
        return done.ok ? { status: 200, body: done.value } : { status: 409, body: done.error }
      }
    }
  } catch (error) {
    return { status: 500, body: error instanceof Error ? error.stack : String(error) }
  }
}

/** Events that were not yet heard by whom they concern. */
async function waiting(): Promise<{ readonly waiting: number; readonly dead: number }> {
  const answer = await sql<{ waiting: number; dead: number }>`select
    (select count(*) from outbox o where o.zone_id = ${zoneId} and o.type like 'process.%'
      and o.type = any(${acrossHandler(runtime, hosts).types as string[]}::text[])
      and (o.position is null or o.position > coalesce((select position from outbox_cursor c
        where c.zone_id = o.zone_id and c.handler = 'process.across'), 0))) as waiting,
    (select count(*) from outbox_dead where zone_id = ${zoneId}) as dead`.execute(db)
  return answer.rows[0] ?? { waiting: 0, dead: 0 }
}
