/** What the phone knows of the way of a waybill: which step a driver takes next, and where it leads. Pure; free of the server. */
export type WaybillState =
  | 'offered'
  | 'accepted'
  | 'at_load'
  | 'loaded'
  | 'in_transit'
  | 'at_unload'
  | 'unloaded'
  | 'signed'
  | 'audited'
  | 'settled'
  | 'paid'
  | 'reported'
  | 'accident'
  | 'disputed'
  | 'transloaded'
  | 'cancelled'

export type DriverMove =
  | 'accept'
  | 'refuse'
  | 'arrive_load'
  | 'load'
  | 'depart'
  | 'arrive_unload'
  | 'unload'
  | 'sign'
  | 'accident'

/** What a driver thinks of a trip: a rating, a complaint. They change nothing of the waybill's state. */
export type Opinion = 'rate' | 'complain'
export type Deed = DriverMove | Opinion
export const isOpinion = (deed: Deed): deed is Opinion => deed === 'rate' || deed === 'complain'

/** What a step asks the driver for besides pressing. */
export type Asks = 'nothing' | 'arrival' | 'slip' | 'receipt' | 'words'
type Step = {
  readonly from: WaybillState
  readonly to: WaybillState
  readonly asks: Asks
  /** What the server calls the words of it. */
  readonly words?: 'reason' | 'words'
  /** Where its photo goes. */
  readonly photo?: 'photoIds' | 'slip' | 'fileId'
}

export const steps: Readonly<Record<DriverMove, Step>> = {
  accept: { from: 'offered', to: 'accepted', asks: 'nothing' },
  refuse: { from: 'offered', to: 'cancelled', asks: 'words', words: 'reason' },
  arrive_load: { from: 'accepted', to: 'at_load', asks: 'arrival', words: 'reason', photo: 'photoIds' },
  load: { from: 'at_load', to: 'loaded', asks: 'slip', photo: 'slip' },
  depart: { from: 'loaded', to: 'in_transit', asks: 'nothing' },
  arrive_unload: { from: 'in_transit', to: 'at_unload', asks: 'arrival', words: 'reason', photo: 'photoIds' },
  unload: { from: 'at_unload', to: 'unloaded', asks: 'slip', photo: 'slip' },
  sign: { from: 'unloaded', to: 'signed', asks: 'receipt', photo: 'fileId' },
  accident: { from: 'in_transit', to: 'accident', asks: 'words', words: 'words', photo: 'photoIds' },
}

/** The way of a trip as it is drawn above the large button. */
export const way: readonly WaybillState[] = [
  'accepted',
  'at_load',
  'loaded',
  'in_transit',
  'at_unload',
  'unloaded',
  'signed',
]

const main: readonly DriverMove[] = ['accept', 'arrive_load', 'load', 'depart', 'arrive_unload', 'unload', 'sign']

/** The step of the large button; null: the driver has nothing to do. */
export const nextMove = (state: WaybillState): DriverMove | null =>
  main.find((move) => steps[move].from === state) ?? null

/** Where the waybill stands once what waits has been taken. Pure. O(actions). */
export const stateAfter = (state: WaybillState, deeds: readonly Deed[]): WaybillState =>
  deeds.reduce((now, deed) => (!isOpinion(deed) && steps[deed].from === now ? steps[deed].to : now), state)

type Waiting = { readonly waybillId: string; readonly move: Deed }
/** Where each trip stands once what waits of it has been taken, and whether any does. Pure. O(trips · actions). */
export const withWaiting = <T extends { readonly id: string; readonly state: WaybillState }>(
  trips: readonly T[],
  actions: readonly Waiting[],
): readonly { readonly trip: T; readonly waits: boolean; readonly state: WaybillState }[] =>
  trips.map((trip) => {
    const moves = actions.flatMap(({ waybillId, move }) => (waybillId === trip.id ? [move] : []))
    return { trip, waits: moves.length > 0, state: stateAfter(trip.state, moves) }
  })

/** Whether the driver still has to do something. */
export const isOpen = (state: WaybillState): boolean => nextMove(state) !== null || state === 'accident'

const busy: ReadonlySet<WaybillState> = new Set([
  'accepted',
  'at_load',
  'loaded',
  'in_transit',
  'at_unload',
  'accident',
])
/** Whether the truck is under way with it: the server lets a driver be on one trip. O(1). */
export const isOnTrip = (state: WaybillState): boolean => busy.has(state)
