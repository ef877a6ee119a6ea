import { bridgeContract } from './bridge/bridge-contract.ts'
import { carrierContract } from './carrier-contract.ts'
import { codeContract } from './code-contract.ts'
import { chainContract } from './chain/chain-contract.ts'
import { nextContract } from './chain/next-contract.ts'
import { complaintContract } from './complaint/complaint-contract.ts'
import { deskContract } from './desk/desk-contract.ts'
import { wallContract } from './desk/wall-contract.ts'
import { dockContract } from './dock/dock-contract.ts'
import { driverContract } from './driver-contract.ts'
import { drivingContract } from './driving-contract.ts'
import { importContract } from './import-contract.ts'
import { loadImportContract } from './load/load-import-contract.ts'
import { bidContract, loadContract, shareContract } from './load/load-contract.ts'
import { bankContract, batchContract, paymentContract, settlementContract } from './money/money-contract.ts'
import { incomeContract, statementContract } from './money/statement-contract.ts'
import { paperContract } from './paper-contract.ts'
import { ratingContract } from './rating/rating-contract.ts'
import { dispatchDayContract } from './ratio/day-contract.ts'
import { riskContract } from './risk/risk-contract.ts'
import { frameworkContract } from './terms/framework-contract.ts'
import { termsContract } from './terms/terms-contract.ts'
import { placeContract } from './place/place-contract.ts'
import { policyContract } from './policy/policy-contract.ts'
import { tourContract } from './tour/tour-contract.ts'
import { countContract } from './upload/count-contract.ts'
import { regulatorContract } from './upload/regulator-contract.ts'
import { uploadContract } from './upload/upload-contract.ts'
import { vehicleContract } from './vehicle-contract.ts'
import { waveContract } from './wave/wave-contract.ts'
import { waybillContract } from './waybill/waybill-contract.ts'

/** The public face of freight over HTTP. */
export const freightContract = {
  codes: codeContract,
  carriers: carrierContract,
  drivers: driverContract,
  vehicles: vehicleContract,
  drivings: drivingContract,
  papers: paperContract,
  imports: importContract,
  terms: termsContract,
  contracts: frameworkContract,
  settlements: settlementContract,
  payments: paymentContract,
  batches: batchContract,
  bank: bankContract,
  statements: statementContract,
  incomes: incomeContract,
  places: placeContract,
  policies: policyContract,
  loads: loadContract,
  loadImports: loadImportContract,
  bids: bidContract,
  shares: shareContract,
  waybills: waybillContract,
  uploads: uploadContract,
  regulator: regulatorContract,
  uploadCounts: countContract,
  risk: riskContract,
  bridges: bridgeContract,
  ratings: ratingContract,
  complaints: complaintContract,
  desk: deskContract,
  wall: wallContract,
  waves: waveContract,
  dispatchDays: dispatchDayContract,
  tours: tourContract,
  docks: dockContract,
  nexts: nextContract,
  chains: chainContract,
}
