/** What carrying a mass costs, fen, not rounded: handling and rate are fen a tonne, and a tonne and kilometre. */
export const freightFen = (kg: number, handlingFen: number, rateFen: number, km: number): number =>
  (kg * (handlingFen + rateFen * km)) / 1_000
