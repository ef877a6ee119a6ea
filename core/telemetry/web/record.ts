/** Whether a value is an object with fields: what a device answered, or what the record of its changes says. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
