/** The first and the last day of the month before a day. Pure. O(1). */
export function monthBefore(day: string): { readonly fromDay: string; readonly untilDay: string } {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 2
  const year = Math.floor(months / 12)
  const month = (months % 12) + 1
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const last = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  const named = `${year}-${String(month).padStart(2, '0')}`
  return { fromDay: `${named}-01`, untilDay: `${named}-${last}` }
}
