/** What a fence is for. */
export const purposes = ['loading', 'unloading', 'parking', 'danger', 'no_entry', 'road', 'other'] as const
export type Purpose = (typeof purposes)[number]

/** Which vehicles: every one, those of one enterprise, or some that were chosen. */
export const scopes = ['all', 'party', 'chosen'] as const
export type Scope = (typeof scopes)[number]

/** What a vehicle does to a fence. */
export const crossingKinds = ['entry', 'exit', 'dwell', 'speeding'] as const
export type CrossingKind = (typeof crossingKinds)[number]
/** crossing: the vehicle drove · ended: the fence did · timer: it stayed, as far as anybody knows. */
export const crossingCauses = ['crossing', 'ended', 'timer'] as const
export type CrossingCause = (typeof crossingCauses)[number]
