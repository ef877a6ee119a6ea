import { identityCheck } from '@tingzhou/uscc'

/** An identity number that nobody has, for no place begins with 999. */
export function inventedIdentity(n: number, year = '1990'): string {
  const digits = `999000${year}0101${String(n).padStart(3, '0')}`
  return digits + identityCheck(digits)
}

/** A heavy truck as a form would send it. */
export const truck = {
  plate: '新A·10001',
  plateColour: '2',
  typeCode: 'H17',
  energy: 'B',
  owner: '',
  useCharacter: '',
  vin: '',
  issuer: '',
  registeredOn: null,
  issuedOn: null,
  ratedLoadKg: 18_000,
  grossKg: 31_000,
  transportPermit: '650000123456',
  trailerPlate: '',
  remark: '',
} as const

/** A driver of heavy vehicles as a form would send it. */
export const person = {
  name: '张某某',
  idNumber: inventedIdentity(1),
  light: false,
  phone: '99900000001',
  licenceClass: 'A2',
  licenceIssuer: '示例车管所',
  licenceFrom: '2020-01-01',
  licenceTo: '2999-12-31',
  qualification: '9990001990010',
  remark: '',
} as const
