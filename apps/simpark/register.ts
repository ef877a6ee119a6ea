import { randomUUID } from 'node:crypto'
import { writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import { pause, Refused, uploadFile, type Api } from './api.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/zone.json' with { type: 'json' }
import { inventEnterprises, type EnterprisePlan, type ZoneSize } from './enterprise.ts'
import type { People } from './people.ts'
import { areaPlans, departmentPlans } from './zone.ts'

/** Ids that the server gave, by the codes of the plan. */
export type Register = {
  readonly areaId: (code: string) => string
  readonly departmentId: (code: string) => string
  readonly departmentCode: (id: string) => string | null
  readonly enterpriseId: (uscc: string) => string
  readonly enterprises: readonly EnterprisePlan[]
}

/** Puts areas, departments and enterprises into the register; safe to repeat. */
export async function fillRegister(people: People, seed: string, size: ZoneSize): Promise<void> {
  const { api } = people.machine
  for (const area of areaPlans)
    await once(() =>
      api.registry.areas.create({
        commandId: commandIdOf(seed, 'area', area.code),
        code: area.code,
        name: area.name,
        polygon: area.polygon,
        partyBranch: area.branch,
        synthetic: true,
      }),
    )
  const ids = new Map<string, string>()
  for (const { code, name, parent } of departmentPlans) {
    await once(() =>
      api.registry.departments.create({
        commandId: commandIdOf(seed, 'department', code),
        code,
        name,
        ...(parent === null ? {} : { parentId: ids.get(parent) ?? null }),
        dutyPhone: '0999-0000000',
        dutyHours: data.dutyHours,
        synthetic: true,
      }),
    )
    if (code === 'chain_office') for (const row of await listDepartments(api)) ids.set(row.code, row.id)
  }
  const { total } = await api.registry.enterprises.list({ limit: 1 })
  if ((total ?? 0) < size.enterprises) await importEnterprises(people, inventEnterprises(seed, size))
}

/** A code that is taken was given at an earlier start. */
async function once(create: () => Promise<unknown>): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!(error instanceof Refused) || ![409, 422].includes(error.status)) throw error
  }
}

const listDepartments = async (api: Api) => (await api.registry.departments.list({})).rows

const columns: readonly ExportColumn<EnterprisePlan>[] = [
  { header: data.heads.uscc, value: (row) => row.uscc },
  { header: data.heads.name, value: (row) => row.name },
  { header: data.heads.area, value: (row) => row.area.name },
  { header: data.heads.address, value: (row) => row.address },
  { header: data.heads.industry, value: (row) => row.industry },
  { header: data.heads.size, value: (row) => data.sizes[row.size] },
  { header: data.heads.aboveScale, value: (row) => (row.aboveScale ? data.aboveScaleYears : null) },
  { header: data.heads.ownership, value: (row) => row.ownership },
  { header: data.heads.status, value: (row) => row.status },
  { header: data.heads.founded, value: (row) => row.founded },
  { header: data.heads.tags, value: (row) => row.tags.join('\u3001') },
  { header: data.heads.chains, value: (row) => row.chain.name },
  { header: data.heads.contact, value: (row) => row.contactName },
  { header: data.heads.contactRole, value: (row) => row.contactRole },
  { header: data.heads.phone, value: (row) => row.phone },
  { header: data.heads.lon, value: (row) => row.lon },
  { header: data.heads.lat, value: (row) => row.lat },
  { header: data.heads.source, value: () => data.source },
]

/** The enterprises as a workbook, as an office would hand it in. */
export const workbookOf = (enterprises: readonly EnterprisePlan[]): Promise<Buffer> =>
  writeXlsx(columns, enterprises, {
    sheetName: data.sheetName,
    notesSheet: { name: data.notesName, lines: [[data.heads.source, data.source]] },
  })

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

async function importEnterprises(people: People, enterprises: readonly EnterprisePlan[]): Promise<void> {
  const { api, connection } = people.machine
  const bytes = new Uint8Array(await workbookOf(enterprises))
  const fileId = await uploadFile(
    connection,
    { name: 'enterprises.xlsx', mediaType: workbookType, bytes },
    'attachment',
  )
  const preview = await api.registry.imports.create({ fileId, commandId: randomUUID(), synthetic: true })
  if (preview.counts.bad > 0)
    throw new Error(`the register refused ${preview.counts.bad} rows: ${JSON.stringify(preview.faults.slice(0, 3))}`)
  let state = await api.registry.imports.commit({ id: preview.id, commandId: randomUUID() })
  while (state.state === 'running') {
    await pause(200)
    state = await api.registry.imports.get({ id: preview.id })
  }
  if (state.state !== 'committed') throw new Error(`the import of enterprises ended as ${state.state}`)
}

/** Reads the ids that the server gave. */
export async function readRegister(people: People, seed: string, size: ZoneSize): Promise<Register> {
  const { api } = people.machine
  const areas = new Map((await api.registry.areas.list({})).rows.map((row) => [row.code, row.id]))
  const departments = new Map((await listDepartments(api)).map((row) => [row.code, row.id]))
  const codes = new Map([...departments].map(([code, id]) => [id, code]))
  const firms = new Map<string, string>()
  for await (const { uscc, id } of enterprisesOf(api)) if (uscc !== null) firms.set(uscc, id)
  const enterprises = inventEnterprises(seed, size)
  return {
    areaId: (code) => known(areas, code),
    departmentId: (code) => known(departments, code),
    departmentCode: (id) => codes.get(id) ?? null,
    enterpriseId: (uscc) => known(firms, uscc),
    enterprises: enterprises.filter(({ uscc }) => firms.has(uscc)),
  }
}

function known(ids: ReadonlyMap<string, string>, code: string): string {
  const id = ids.get(code)
  if (id === undefined) throw new Error(`the register has no ${code}`)
  return id
}

async function* enterprisesOf(api: Api) {
  let cursor: string | undefined
  do {
    const page = await api.registry.enterprises.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    yield* page.rows
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}
