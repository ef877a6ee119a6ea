/** The words of the module, free of server code. */
export const applicationStates = [
  'draft',
  'county',
  'returned',
  'prefecture',
  'scored',
  'rejected',
  'vetoed',
  'withdrawn',
  'lapsed',
] as const
export type ApplicationState = (typeof applicationStates)[number]

/** States in which something is still to be done about an application. */
export const runningStates: readonly ApplicationState[] = ['draft', 'county', 'returned', 'prefecture']

export const campaignStates = ['open', 'ranked', 'publicised', 'publicity_over', 'confirmed', 'paid'] as const
export type CampaignState = (typeof campaignStates)[number]

/** States in which the list may be read by everyone; before that only by the office. */
export const publicStates: readonly CampaignState[] = ['publicised', 'publicity_over', 'confirmed', 'paid']

export const panelLevels = ['county', 'prefecture'] as const
export type PanelLevel = (typeof panelLevels)[number]

export const objectionStates = ['open', 'upheld', 'dismissed'] as const
export type ObjectionState = (typeof objectionStates)[number]
export const objectionEffects = ['exclude', 'adjust'] as const
export type ObjectionEffect = (typeof objectionEffects)[number]

export const honourStates = ['valid', 'withdrawn'] as const
export type HonourState = (typeof honourStates)[number]
export const awards = ['model', 'good'] as const
