/** Vehicles of up to this gross mass need neither a transport permit nor a driver with a qualification. Source: 交运规〔2019〕12号. */
export const lightGrossMaxKg = 4_500

/**
 * Whether the rules for light vehicles hold.
 * @param grossKg  total mass on the vehicle licence, kg
 * O(1).
 */
export const isLight = (grossKg: number): boolean => grossKg <= lightGrossMaxKg

/**
 * What is reported as a driver's qualification certificate.
 * @param idNumber  18 characters
 * @returns the certificate; for a driver of light vehicles without one, the first six digits of the identity number and 000000
 * Source: Tianjin access guide V1.2.1, QualificationCertificate. O(1).
 */
export const reportedQualification = (driver: { readonly idNumber: string; readonly qualification: string }): string =>
  driver.qualification || `${driver.idNumber.slice(0, 6)}000000`

/**
 * What is reported as a vehicle's transport permit, or as a carrier's road transport licence.
 * @param number  as kept; empty for light vehicles
 * @param divisionCode  GB/T 2260, six digits
 * @returns the number, or the code and 000000
 * Source: Tianjin access guide V1.2.1, RoadTransportCertificateNumber and ActualCarrierBusinessLicense. O(1).
 */
export const reportedPermit = (number: string, divisionCode: string): string => number || `${divisionCode}000000`
