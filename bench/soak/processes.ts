import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { repoRoot } from '@tingzhou/db'
import type { Asked, ServerTask } from './server.ts'

/** What a process answered. */
export type Answer = { readonly status: number; readonly body: unknown }

/** The place of a process: killed and started anew, it stays the same place for its workers. */
export type Seat = {
  /** Rejects while the process is down, and when it goes down before it answers. */
  readonly ask: (asked: Asked) => Promise<Answer>
  readonly start: (task: ServerTask) => Promise<void>
  /** Ends it at once, as a power cut would. */
  readonly kill: () => Promise<void>
}

/** Makes a place whose processes run the script; what they complain of goes to `fault`. */
export function createSeat(script: string, fault: (words: string) => void): Seat {
  let child: ChildProcess | null = null
  let url: string | null = null
  return {
    ask: async (asked) => {
      if (url === null) throw new Error('the process is down')
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(asked) })
      return { status: response.status, body: await response.json() }
    },
    start: async (task) => {
      const args = ['--enable-source-maps', script, JSON.stringify(task)]
      const started = spawn(process.execPath, args, { cwd: repoRoot(), stdio: ['pipe', 'pipe', 'inherit'] })
      child = started
      const port = await new Promise<number>((resolve, reject) => {
        started.on('exit', (code) => reject(new Error(`a process of the soak ended with ${code} before it listened`)))
        createInterface({ input: started.stdout }).on('line', (line) => {
          const said = JSON.parse(line) as { port?: number; fault?: string }
          if (said.port !== undefined) resolve(said.port)
          if (said.fault !== undefined) fault(said.fault)
        })
      })
      url = `http://127.0.0.1:${port}/`
    },
    kill: async () => {
      url = null
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      child = null
    },
  }
}
