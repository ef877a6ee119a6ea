import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createOnServer, postgresTool } from './databases.ts'

const run = promisify(execFile)

/** What the same server does of pgbench's own transactions: TPC-B-like, scale 10, five statements and a commit each. */
export type Floor = {
  /** @returns transactions a second over so many connections */
  readonly rate: (connections: number, seconds: number) => Promise<number>
  readonly drop: () => Promise<void>
}

/** Makes the tables of pgbench in a database of their own. */
export async function openPgbench(): Promise<Floor> {
  const floor = await createOnServer()
  const bench = postgresTool('pgbench')
  await run(bench, ['-i', '-q', '-s', '10', floor.url])
  return {
    rate: async (connections, seconds) => {
      const { stdout } = await run(bench, [
        '-n',
        '-c',
        String(connections),
        '-j',
        '2',
        '-T',
        String(seconds),
        floor.url,
      ])
      const [, rate] = /tps = ([\d.]+)/.exec(stdout) ?? []
      if (rate === undefined) throw new Error(`pgbench did not say its rate:\n${stdout}`)
      return Number(rate)
    },
    drop: floor.drop,
  }
}
