/**
 * Months up to and with the one of a day, the latest first. Pure. O(count).
 * @param day  `YYYY-MM-DD`
 */
export function monthsBefore(day: string, count: number): readonly string[] {
  const last = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
  return Array.from({ length: count }, (_, i) => {
    const month = last - i
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}

/** Quarters up to and with the one of a day, the latest first: `2026-Q1`. Pure. O(count). */
export function quartersBefore(day: string, count: number): readonly string[] {
  const last = Number(day.slice(0, 4)) * 4 + Math.floor((Number(day.slice(5, 7)) - 1) / 3)
  return Array.from({ length: count }, (_, i) => {
    const quarter = last - i
    return `${Math.floor(quarter / 4)}-Q${(quarter % 4) + 1}`
  })
}
