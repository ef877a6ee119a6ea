// Plans one Li & Lim file in a process of its own: FILE OBJECTIVE CPU-SECONDS SEED. The seconds are those of the whole process, so that its
// start, reading and compiling count. Prints what came out as one line of JSON.
import { readFileSync } from 'node:fs'
import { checkSolution, parseLiLim, solvePdptw } from '@tingzhou/dispatch'

const [file = '', objective = '', cpuSeconds, seed] = process.argv.slice(2)
const cpuClock = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
if (objective !== 'distance' && objective !== 'vehicles') throw new Error(`${objective} is no objective`)
const instance = parseLiLim(readFileSync(file, 'utf8'))
if (!instance.ok) throw new Error(`${file}: ${JSON.stringify(instance.error)}`)
const plan = solvePdptw(instance.value, {
  objective,
  seed: Number(seed),
  cpuSeconds: Number(cpuSeconds) - cpuClock(),
  cpuClock,
})
const spentS = cpuClock()
if (!plan.ok) throw new Error(`${file}: ${JSON.stringify(plan.error)}`)
const { routes, distanceM, unserved, iterations } = plan.value
console.log(
  JSON.stringify({
    tasks: 2 * instance.value.requests.length,
    vehicles: routes.length,
    distance: distanceM,
    // A plan that leaves something out is as wrong here as one that breaks a rule.
    faults: checkSolution(instance.value, plan.value).length + unserved.length,
    iterations,
    cpuS: spentS,
  }),
)
