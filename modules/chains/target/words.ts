export const lists = ['extend', 'fill', 'strengthen'] as const
/** 延链 extend, 补链 fill, 强链 strengthen. */
export type List = (typeof lists)[number]

export const weaknesses = ['little_local', 'concentrated', 'idle', 'no_strong_firm'] as const
export type Weakness = (typeof weaknesses)[number]

/** Stages of a target in their order. */
export const stagesOfTarget = ['idea', 'contacted', 'visited', 'signed', 'started', 'producing'] as const
export const targetStates = [...stagesOfTarget, 'parked', 'dropped'] as const
/** Where a target stands: 意向, 已联系, 已走访, 已签约, 已开工, 已投产; 搁置, 已放弃. */
export type TargetState = (typeof targetStates)[number]

/** Stages at which somebody works on it. */
export const workingStates = ['idea', 'contacted', 'visited', 'signed', 'started'] as const satisfies TargetState[]
export type WorkingState = (typeof workingStates)[number]
/** Columns of the board. */
export const openStates = [...workingStates, 'parked'] as const satisfies TargetState[]
export const endStates = ['producing', 'dropped'] as const satisfies TargetState[]

export const plantStates = ['open', 'taken', 'closed'] as const
export type PlantState = (typeof plantStates)[number]

export const verdicts = ['met', 'short', 'unknown'] as const
/** What a plant gives of a need. */
export type Verdict = (typeof verdicts)[number]

/** The parts of a candidate's rank. */
export const rankParts = ['link', 'product', 'size', 'expansion', 'inputs'] as const
export type RankPart = (typeof rankParts)[number]
