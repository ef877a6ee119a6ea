/** What a distance can rest on, best first. */
export const distanceBases = ['contract', 'service', 'lane_median', 'road_graph', 'great_circle'] as const
export type DistanceBasis = (typeof distanceBases)[number]

/** Why a better basis could not be used. */
export const skipReasons = [
  'none_agreed',
  'not_configured',
  'service_resting',
  'service_busy',
  'timed_out',
  'unreachable',
  'malformed_answer',
  'no_route',
  'too_few_trips',
  'too_far_from_road',
  'shorter_than_the_approach',
] as const
export type SkipReason = (typeof skipReasons)[number]
