/** Vehicles of up to this gross mass need neither a transport permit nor a driver with a qualification. Source: 交运规〔2019〕12号. */
export const lightGrossMaxKg = 4_500

/**
 * Whether the rules for light vehicles hold.
 * @param grossKg  total mass on the vehicle licence, kg
 * O(1).
 */
export const isLight = (grossKg: number): boolean => grossKg <= lightGrossMaxKg
