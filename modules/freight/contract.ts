import { carrierContract } from './carrier-contract.ts'
import { codeContract } from './code-contract.ts'
import { driverContract } from './driver-contract.ts'
import { drivingContract } from './driving-contract.ts'
import { importContract } from './import-contract.ts'
import { paperContract } from './paper-contract.ts'
import { vehicleContract } from './vehicle-contract.ts'

/** The public face of freight over HTTP. */
export const freightContract = {
  codes: codeContract,
  carriers: carrierContract,
  drivers: driverContract,
  vehicles: vehicleContract,
  drivings: drivingContract,
  papers: paperContract,
  imports: importContract,
}
