// A server that the test kills in the middle of a move: node --import tsx testing-killed.ts DATA_DIR IMAGE BEGUN_MS
import { setTimeout as sleep } from 'node:timers/promises'
import { newId, openDatabase } from '@tingzhou/db'
import { assert, epochMs } from '@tingzhou/kernel'
import { makeMove } from './move.ts'
import { askFor, loanMovable, loanTables } from './testing-loan.ts'
import { loanZone } from './testing-loan-zone.ts'

const [dataDir = '', image = '', begun = ''] = process.argv.slice(2)
const database = await openDatabase({ dataDir, image })
await database.exec(loanTables)
const { deps, people, parties, zoneId } = await loanZone(database, epochMs(Number(begun)))
const asked = await askFor(deps, people.firm, newId(), { tool: 'drill', ...parties })
assert(asked.ok, 'the loan is asked for')
const { decline } = loanMovable.moves
const slow = {
  ...loanMovable,
  moves: {
    ...loanMovable.moves,
    decline: {
      ...decline,
      run: async (step: Parameters<typeof decline.run>[0]) => {
        const told = await decline.run(step)
        process.stdout.write(
          `${JSON.stringify({ zoneId, id: asked.value.id, actor: people.lender, move: step.input })}\n`,
        )
        // Longer than the test lives: the kill comes first.
        await sleep(600_000)
        return told
      },
    },
  },
}
await makeMove(deps, people.lender, slow, asked.value.id, {
  move: 'decline',
  rev: 1,
  commandId: newId(),
  words: 'in use',
})
