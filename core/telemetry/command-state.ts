/**
 * How a command stands. proposed: a person must confirm it, no device hears of it · queued: waits for the device to be heard ·
 * sent: on the wire, not yet answered · the others are ends; withdrawn: taken back before it was confirmed.
 */
export const commandStates = ['proposed', 'queued', 'sent', 'acknowledged', 'failed', 'expired', 'withdrawn'] as const
export type CommandState = (typeof commandStates)[number]
