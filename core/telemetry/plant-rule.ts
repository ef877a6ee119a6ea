export const nodeLevels = ['site', 'area', 'line', 'section', 'equipment'] as const
/** ISA-95 site and area; a section is an ISA-88 unit, equipment a module of it. */
export type NodeLevel = (typeof nodeLevels)[number]

/** What the own part of a code may be. */
export const segmentRule = /^[A-Z0-9](?:[A-Z0-9-]{0,38}[A-Z0-9])?$/

/** Whether a node of a level may stand in one of another: every step down is one further along. Pure. */
export const isBelow = (level: NodeLevel, parent: NodeLevel): boolean =>
  nodeLevels.indexOf(level) > nodeLevels.indexOf(parent)
