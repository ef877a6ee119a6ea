import { ruleContract } from './shipment/rule-contract.ts'
import { shipmentContract } from './shipment/shipment-contract.ts'
import { countContract, stockContract, traceContract, warehouseContract } from './stock/stock-contract.ts'
import { lotContract, nurseryContract, saleContract } from './supply/supply-contract.ts'

/** The public face of crossborder over HTTP. */
export const crossborderContract = {
  sales: saleContract,
  nurseries: nurseryContract,
  lots: lotContract,
  shipments: shipmentContract,
  rules: ruleContract,
  warehouses: warehouseContract,
  stock: stockContract,
  counts: countContract,
  traces: traceContract,
}
