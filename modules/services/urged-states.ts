/** The states of an item in which somebody of the department has to act: those that may be urged 催办. */
export const urgedStates = ['review', 'special', 'approval'] as const
