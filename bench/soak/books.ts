import type { Command } from './commands.ts'
import type { Answer } from './processes.ts'

export type Acknowledged = { readonly command: Command; readonly answer: Answer }

/** What the workers know: what was acknowledged, what was under way at a kill, what nobody expected. */
export type Books = {
  readonly acknowledged: Acknowledged[]
  readonly surprises: string[]
  /** Refusals by kind, and commands by what they were. */
  readonly refused: Map<string, number>
  readonly done: Map<string, number>
  underWay: number
  repeats: number
  changed: string[]
}

export const newBooks = (): Books => ({
  acknowledged: [],
  surprises: [],
  refused: new Map(),
  done: new Map(),
  underWay: 0,
  repeats: 0,
  changed: [],
})

const count = (counts: Map<string, number>, name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1)

/** What a command is called in the counts. */
export const nameOf = (command: Command): string =>
  command.op === 'feed' ? command.input.kind : command.op === 'start' ? 'start' : command.verb.verb

/** Enters the answer to a command. */
export function enter(books: Books, command: Command, answer: Answer): void {
  if (answer.status === 200) {
    count(books.done, nameOf(command))
    books.acknowledged.push({ command, answer })
    return
  }
  if (answer.status === 500) books.surprises.push(`${nameOf(command)}: ${String(answer.body)}`)
  // A refusal names its kind.
  else count(books.refused, `${nameOf(command)} ${(answer.body as { kind: string }).kind}`)
}
