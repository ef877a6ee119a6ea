/** The closed word lists of weighbridges; free of server code, so that the browser may import them. */
export const weighingStates = [
  'first',
  'kept',
  'waiting',
  'unmatched',
  'matched',
  'typed',
  'refused',
  'set_aside',
] as const
/** States in which somebody or something is still awaited. */
export const todoStates = ['first', 'kept', 'waiting', 'unmatched', 'refused'] as const
/** States from which a person may say whose weighing it is: everything that is complete and proves nothing. */
export const assignableStates = ['kept', 'waiting', 'unmatched', 'typed', 'refused', 'set_aside'] as const
/** How many records a weighbridge sends at once. */
export const weighingsMax = 100
/** What an end of a waybill waits in, to be weighed. */
export const weighedIn = { load: 'at_load', unload: 'at_unload' } as const

export type WeighingState = (typeof weighingStates)[number]
