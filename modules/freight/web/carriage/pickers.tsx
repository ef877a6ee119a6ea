import { Form } from 'antd'
import { useText, type Choice } from '@tingzhou/ui'
import { api } from '../api.ts'
import { registry } from './api.ts'
import { SearchSelect } from './search-select.tsx'
import { termsKey, termsOf } from './terms-key.ts'

type Props = {
  readonly name: string
  readonly label: string
  readonly required?: boolean
  readonly extra?: string
  readonly placeholder?: string
}
type Find = (q: string, signal: AbortSignal) => Promise<readonly Choice[]>

const limit = 50
const wish = (q: string) => ({ limit, ...(q === '' ? {} : { q }) })

function PickItem(
  props: Props & {
    readonly among: readonly string[]
    readonly find: Find
    readonly nameOf?: (id: string) => Promise<string>
  },
) {
  const t = useText('freight')
  const { name, label, required = false, extra, placeholder, among, find, nameOf } = props
  return (
    <Form.Item
      name={name}
      label={label}
      {...(extra === undefined ? {} : { extra })}
      rules={required ? [{ required: true, message: t('rule.say', { label }) }] : []}
    >
      <SearchSelect
        among={among}
        find={find}
        {...(nameOf === undefined ? {} : { nameOf })}
        {...(placeholder === undefined ? {} : { placeholder })}
        empty={t('pick.none')}
        required={required}
      />
    </Form.Item>
  )
}

/** Enterprises that ship, by name: of the register as far as the reader reaches it, and those that have a contract. */
export async function findShippers(q: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const [register, contracts] = await Promise.all([
    registry.enterprises.list.call(wish(q), { signal }),
    api.contracts.list.call(wish(q), { signal }),
  ])
  const parties = [...register.rows, ...contracts.rows.map(({ shipper }) => shipper)]
  return [...new Map(parties.map(({ id, name }) => [id, { value: id, label: name }])).values()]
}

/** The name of a shipper. @throws ApiProblem when neither register nor contracts tell it to the reader */
export async function nameOfShipper(id: string): Promise<string> {
  const { rows } = await api.contracts.list.call({ shipperId: id, limit: 1 })
  return rows[0]?.shipper.name ?? (await registry.enterprises.get.call({ id })).name
}

export const ShipperPick = (props: Props) => (
  <PickItem {...props} among={['shipper']} find={findShippers} nameOf={nameOfShipper} />
)

export const findCarriers: Find = async (q, signal) => {
  const page = await api.carriers.list.call({ ...wish(q), state: 'open' }, { signal })
  return page.rows.map(({ id, name }) => ({ value: id, label: name }))
}

/** One of the carriers within reach. */
export const CarrierPick = (props: Props) => (
  <PickItem
    {...props}
    among={['carrier']}
    find={findCarriers}
    nameOf={async (id) => (await api.carriers.get.call({ id })).name}
  />
)

/** A load that is published. */
export const LoadPick = (props: Props) => (
  <PickItem
    {...props}
    among={['load']}
    find={async (q, signal) => {
      const page = await api.loads.list.call({ ...wish(q), state: 'published' }, { signal })
      return page.rows.map((row) => ({ value: row.id, label: `${row.number} ${row.goods}` }))
    }}
    nameOf={async (id) => (await api.loads.get.call({ id })).number}
  />
)

/** A driver that drives for the carrier today. */
export const DriverPick = ({ carrierId, ...props }: Props & { readonly carrierId: string }) => (
  <PickItem
    {...props}
    among={['driver', carrierId]}
    find={async (q, signal) => {
      const page = await api.drivers.list.call({ ...wish(q), carrierId, state: 'open' }, { signal })
      return page.rows.map((row) => ({ value: row.id, label: `${row.name} ${row.phone}` }))
    }}
    nameOf={async (id) => (await api.drivers.get.call({ id })).name}
  />
)

/** A vehicle of the carrier. */
export const VehiclePick = ({ carrierId, ...props }: Props & { readonly carrierId: string }) => (
  <PickItem
    {...props}
    among={['vehicle', carrierId]}
    find={async (q, signal) => {
      const page = await api.vehicles.list.call({ ...wish(q), carrierId, state: 'open' }, { signal })
      return page.rows.map((row) => ({ value: row.id, label: row.plate }))
    }}
    nameOf={async (id) => (await api.vehicles.get.call({ id })).plate}
  />
)

/** An open place of a shipper, or one of everybody's. */
export const PlacePick = ({ shipperId, ...props }: Props & { readonly shipperId: string | null }) => (
  <PickItem
    {...props}
    among={['place', shipperId ?? '']}
    find={async (q, signal) => {
      const whose = shipperId === null ? {} : { shipperId }
      const page = await api.places.list.call({ ...wish(q), ...whose, state: 'open' }, { signal })
      return page.rows.map((row) => ({ value: row.id, label: row.name }))
    }}
    nameOf={async (id) => (await api.places.get.call({ id })).name}
  />
)

const findTerms: Find = async (q, signal) => {
  const page = await api.terms.list.call(wish(q), { signal })
  return page.rows.map((row) => ({ value: termsKey(row), label: `${row.name} · v${row.version}` }))
}

/** The latest version of one of the rules of settlement. */
export const TermsPick = (props: Props) => (
  <PickItem
    {...props}
    among={['terms']}
    find={findTerms}
    nameOf={async (key) => {
      const { id, version } = termsOf(key)
      const { versions } = await api.terms.get.call({ id })
      return `${versions.find((one) => one.version === version)?.name ?? id} · v${version}`
    }}
  />
)
