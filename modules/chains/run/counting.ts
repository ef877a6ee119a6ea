import { countedTo } from './words.ts'

/** Different firms, counted no further than anybody asks. */
export type FirmCount = Set<number>

export const countFirm = (count: FirmCount, firm: number): void => {
  if (count.size < countedTo) count.add(firm)
}
