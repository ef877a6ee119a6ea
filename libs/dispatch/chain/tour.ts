import { drive, type DriverClock } from './drive.ts'
import type { ChainLoad, ChainProblem, ChainRules, ChainTruck } from './model.ts'

/** Metres and driving seconds of a leg. */
export type Leg = { readonly metres: number; readonly seconds: number }

/** Why a truck cannot do a load where its chain has it. */
export type BreakReason = 'too_heavy' | 'wrong_class' | 'too_late_to_load' | 'too_late_to_unload' | 'after_the_shift'

/** What a truck does, driven with the full rules. */
export type DrivenTour = {
  /** How many loads of the chain the truck does; the rest is broken off. */
  readonly done: number
  readonly broken: BreakReason | null
  readonly emptyM: number
  readonly loadedM: number
  /** Waited at each pickup. */
  readonly waitedS: readonly number[]
  readonly finishS: number
  readonly drivenS: number
}

/**
 * Drives a chain with rests, windows, shift, payload and class, and cuts it before the first load that breaks a rule.
 * @param loads   the chain, in order
 * @param empty   for each load the leg to its pickup, from the truck's place or the delivery before
 * @param loaded  for each load the leg to its delivery
 * @returns what is driven; figures are those of the loads done
 * Source: own. O(loads).
 */
export function driveTour(
  truck: ChainTruck,
  loads: readonly ChainLoad[],
  empty: readonly Leg[],
  loaded: readonly Leg[],
  rules: ChainRules,
): DrivenTour {
  let clock: DriverClock = { atS: truck.freeAtS, drivenS: truck.drivenS }
  let [emptyM, loadedM] = [0, 0]
  const waitedS: number[] = []
  const driven = (done: number, broken: BreakReason | null): DrivenTour => ({
    done,
    broken,
    emptyM,
    loadedM,
    waitedS,
    finishS: clock.atS,
    drivenS: clock.drivenS,
  })
  for (const [i, load] of loads.entries()) {
    const [there, onward] = [empty[i]!, loaded[i]!] // legs for each load
    const step = driveLoad(clock, truck, load, there, onward, rules)
    if ('reason' in step) return driven(i, step.reason)
    clock = step.clock
    emptyM += there.metres
    loadedM += onward.metres
    waitedS.push(step.waitS)
  }
  return driven(loads.length, null)
}

/** What `driveLoad` answers. */
export type Step = { readonly clock: DriverClock; readonly waitS: number } | { readonly reason: BreakReason }

/**
 * Drives to a load and delivers it.
 * @returns the clock when it is unloaded and the wait for its window, or the rule that forbids it
 * Source: own. O(1).
 */
export function driveLoad(
  clock: DriverClock,
  truck: ChainTruck,
  load: ChainLoad,
  there: Leg,
  onward: Leg,
  rules: ChainRules,
): Step {
  if (load.kg > truck.payloadKg) return { reason: 'too_heavy' }
  if ((load.classes & truck.vehicleClass) === 0) return { reason: 'wrong_class' }
  const arrived = drive(clock, there.seconds, rules)
  if (!(arrived.atS <= load.latestS)) return { reason: 'too_late_to_load' }
  const waitS = Math.max(0, load.earliestS - arrived.atS)
  const drivenS = rules.isWaitingRest && waitS >= rules.restS ? 0 : arrived.drivenS
  const delivered = drive({ atS: arrived.atS + waitS + load.loadS, drivenS }, onward.seconds, rules)
  if (!(delivered.atS <= load.dueS)) return { reason: 'too_late_to_unload' }
  const done = { atS: delivered.atS + load.unloadS, drivenS: delivered.drivenS }
  return done.atS <= truck.shiftEndS ? { clock: done, waitS } : { reason: 'after_the_shift' }
}

/**
 * The legs that chains drive empty.
 * @param chains  for each truck the loads it does, in order
 * @returns for each truck one leg a load
 * Source: own. One call of the legs' provider. O(loads).
 */
export function emptyLegs(
  { trucks, loads, legs }: ChainProblem,
  chains: readonly { readonly truck: number; readonly loads: readonly number[] }[],
): readonly (readonly Leg[])[] {
  // Trucks and loads of chains are the problem's own.
  const from = chains.flatMap(({ truck, loads: chain }) => [
    ...chain.slice(0, 1).map(() => trucks[truck]!.place),
    ...chain.slice(0, -1).map((load) => loads[load]!.delivery),
  ])
  const to = chains.flatMap(({ loads: chain }) => chain.map((load) => loads[load]!.pickup))
  const { metres, seconds } = legs(Int32Array.from(from), Int32Array.from(to))
  let at = 0
  return chains.map(({ loads: chain }) => chain.map(() => ({ metres: metres[at]!, seconds: seconds[at++]! })))
}
