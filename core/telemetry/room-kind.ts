/** What is kept, by how it goes: readings, minutes and tracks day by day; hours and days, and tracks kept for a job, never. */
export const roomKinds = ['readings', 'minutes', 'tracks', 'hours', 'kept_tracks'] as const
export type RoomKind = (typeof roomKinds)[number]
