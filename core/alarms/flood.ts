/** More than so many alarms in such a time are more than one person can take in. Source: ISA-18.2, EEMUA 191. */
export const floodFrom = 10
export const floodMs = 600_000
