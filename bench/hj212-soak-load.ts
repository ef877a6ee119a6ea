// Data loggers that never give up: each sends one record after the other, sends again what was not answered, and calls again when
// the line is dead. Arguments: port, connections. Told "stop" it waits for nothing and says, MN by MN, the times of the records that were answered.
import { call, neverGiveUp } from './gateway-line.ts'
import { mnOf } from './gateway-zone.ts'
import { createAnswers, momentOf, packetOf } from './hj212-talk.ts'

const [port = 0, connections = 0] = process.argv.slice(2).map(Number)

await neverGiveUp(
  connections,
  mnOf,
  async (index, mine, isOver) => {
    const line = await call(port, createAnswers())
    if (!line) return
    while (!isOver()) {
      const at = momentOf(mine.length)
      const { qn, frame } = packetOf(index, at, mine.length)
      // One of another number is an answer to what was sent before the line died.
      if ((await line.ask(frame)) !== qn) break
      mine.push(at)
    }
    line.close()
  },
  () => 0,
)
