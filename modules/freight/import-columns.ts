import { err, localDate, ok } from '@tingzhou/kernel'
import { dateCell, integerCell, oneOfCell, textCell, type ColumnSpec } from '@tingzhou/sheets'
import { codeFile } from './codes.ts'
import type { DriverFields } from './driver.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { massMaxKg } from './vehicle-contract.ts'
import type { VehicleFields } from './vehicle.ts'
import { longTerm, type CodeTable } from './words.ts'

export const column = <T, R extends boolean>(
  key: keyof typeof zhCN.field,
  required: R,
  parse: ColumnSpec<T>['parse'],
) => ({
  headers: [zhCN.field[key], en.field[key], key] as [string, string, string],
  required,
  parse,
})

/** A code, or the name that the table gives it. */
export const codeCell = (table: CodeTable): ColumnSpec<string>['parse'] => {
  const known = new Map(
    codeFile(table).rows.flatMap(({ code, zh, en: name }) =>
      [code, zh, ...zh.split(/[,\u3001]/), ...(name === null ? [] : [name])].map(
        (word) => [word.toLowerCase(), code] as const,
      ),
    ),
  )
  return (text) => {
    const code = known.get(text.normalize('NFKC').toLowerCase())
    return code === undefined ? err({ rule: `known_code ${table}` }) : ok(code)
  }
}

const longTermWords = new Set([zhCN.cell.longTerm, 'longterm', '29991231'])
const yesOrNo = { [zhCN.cell.yes]: true, [zhCN.cell.no]: false, yes: true, no: false, true: true, false: false }
const endCell: ColumnSpec<string>['parse'] = (text) =>
  longTermWords.has(text.toLowerCase().replaceAll(/[\s-]/g, '')) ? ok(localDate(longTerm)) : dateCell(text)

const mass = integerCell({ min: 0, max: massMaxKg })

/** The columns of an import of vehicles. */
export const vehicleColumns = {
  plate: column('plate', true, textCell(35)),
  plateColour: column('plateColour', true, codeCell('plate-colour')),
  typeCode: column('typeCode', true, codeCell('vehicle-type')),
  energy: column('energy', true, codeCell('energy')),
  ratedLoadKg: column('ratedLoadKg', true, mass),
  grossKg: column('grossKg', true, integerCell({ min: 1, max: massMaxKg })),
  transportPermit: column('transportPermit', false, textCell(20)),
  owner: column('owner', false, textCell(128)),
  useCharacter: column('useCharacter', false, textCell(20)),
  vin: column('vin', false, textCell(32)),
  issuer: column('issuer', false, textCell(128)),
  registeredOn: column('registeredOn', false, dateCell),
  issuedOn: column('issuedOn', false, dateCell),
  trailerPlate: column('trailerPlate', false, textCell(35)),
  remark: column('remark', false, textCell(256)),
}

/** The columns of an import of drivers. */
export const driverColumns = {
  name: column('name', true, textCell(30)),
  idNumber: column('idNumber', true, textCell(40)),
  phone: column('phone', true, textCell(18)),
  licenceClass: column('licenceClass', true, textCell(20)),
  licenceIssuer: column('licenceIssuer', true, textCell(128)),
  licenceFrom: column('licenceFrom', true, dateCell),
  licenceTo: column('licenceTo', true, endCell),
  qualification: column('qualification', false, textCell(19)),
  light: column('light', false, oneOfCell(yesOrNo)),
  remark: column('remark', false, textCell(256)),
}

type Cells<Specs> = { readonly [Key in keyof Specs]: Specs[Key] extends ColumnSpec<infer T> ? T | null : never }

export const toVehicle = (cells: Cells<typeof vehicleColumns>): VehicleFields => ({
  plate: cells.plate ?? '',
  plateColour: cells.plateColour ?? '',
  typeCode: cells.typeCode ?? '',
  energy: cells.energy ?? '',
  ratedLoadKg: cells.ratedLoadKg ?? 0,
  grossKg: cells.grossKg ?? 0,
  transportPermit: cells.transportPermit ?? '',
  owner: cells.owner ?? '',
  useCharacter: cells.useCharacter ?? '',
  vin: cells.vin ?? '',
  issuer: cells.issuer ?? '',
  registeredOn: cells.registeredOn,
  issuedOn: cells.issuedOn,
  trailerPlate: cells.trailerPlate ?? '',
  remark: cells.remark ?? '',
})

export const toDriver = (cells: Cells<typeof driverColumns>): DriverFields => ({
  name: cells.name ?? '',
  idNumber: cells.idNumber ?? '',
  phone: cells.phone ?? '',
  licenceClass: cells.licenceClass ?? '',
  licenceIssuer: cells.licenceIssuer ?? '',
  licenceFrom: cells.licenceFrom ?? '',
  licenceTo: cells.licenceTo ?? '',
  qualification: cells.qualification ?? '',
  light: cells.light ?? false,
  remark: cells.remark ?? '',
})
