/** The closed word lists of uploads; free of server code, so that the browser may import them. */
export const uploadKinds = ['driver', 'vehicle', 'waybill', 'fund_flow'] as const
export const uploadStates = ['waiting', 'sending', 'accepted', 'rejected', 'given_up', 'replaced'] as const
/** Systems whose interface is spoken: those of libs/wlhy, which no screen loads. */
export const adapterChoices = ['fujian-2.0', 'tianjin-1.2.1'] as const
/** States of which something more comes. */
export const openUploadStates = ['waiting', 'sending', 'rejected'] as const
export const refusers = ['platform', 'regulator'] as const
export const attemptOutcomes = ['accepted', 'duplicate', 'token', 'rejected', 'later', 'broken', 'unanswered'] as const
/** Objects from which documents are made. */
export const sourceKinds = [
  'freight_waybill',
  'enterprise',
  'freight_carrier',
  'freight_driver',
  'freight_vehicle',
] as const
export const trackStates = ['starting', 'under_way', 'stopping', 'stopped', 'given_up'] as const
export const countStates = ['open', 'closed'] as const
/** Differences of a month that are listed one by one. */
export const differencesMax = 200

export type UploadKind = (typeof uploadKinds)[number]
export type UploadState = (typeof uploadStates)[number]
export type Refuser = (typeof refusers)[number]
export type AttemptOutcome = (typeof attemptOutcomes)[number]
export type SourceKind = (typeof sourceKinds)[number]
export type TrackState = (typeof trackStates)[number]
export type CountState = (typeof countStates)[number]
