// What a value may be at most. Masses, volumes and trucks are the regulator's field lengths in whole units.

/** The largest amount, and its negative the smallest: 2^53 − 1 fen, about 90 trillion yuan. */
export const fenMax = Number.MAX_SAFE_INTEGER
/** The whole in basis points: 1 bp is 1/10,000 (万分之一), the one unit of every rate here. */
export const wholeBp = 10_000
export const taxMaxBp = wholeBp
/** Just less than the whole: no bill is its own service. */
export const serviceMaxBp = wholeBp - 1
/** n..14,3: eleven digits of kilograms. */
export const weightMaxKg = 99_999_999_999
/** n..9,4: five digits of cubic metres. */
export const volumeMaxDm3 = 99_999_999
/** n..4. */
export const trucksMax = 9_999
/** Two and a half times around the earth. */
export const distanceMaxM = 99_999_999
/** A leap year of waiting. */
export const timeMaxS = 31_622_400
export const countMax = 999_999
/** p1 and p2: twice the weighed net. More is a slip of the decimal point. */
export const weighedMaxBp = 20_000
export const itemsMax = 200
export const payPartsMax = 100
