import { PickItem, type ItemProps } from '@tingzhou/ui'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'

/** Who may own a target. */
export const OwnerItem = (props: ItemProps) => (
  <PickItem
    {...props}
    among={['target-owner']}
    find={async (q, signal) =>
      (await api.targets.owners.call(q === '' ? {} : { q }, { signal })).rows.map(({ id, name }) => ({
        value: id,
        label: name,
      }))
    }
  />
)

/** A firm of the register or outside; those that a line names stand first. */
export const FirmItem = ({
  first = [],
  ...props
}: ItemProps & { readonly first?: readonly { readonly id: string; readonly name: string }[] }) => (
  <PickItem
    {...props}
    among={['chain-firm', ...first.map(({ id }) => id)]}
    find={async (q, signal) => {
      const { rows } = await api.firms.list.call(q === '' ? {} : { q }, { signal })
      const named = first.filter(({ name }) => name.includes(q))
      return [...named, ...rows.filter(({ id }) => named.every((one) => one.id !== id))].map(({ id, name }) => ({
        value: id,
        label: name,
      }))
    }}
  />
)

const wish = (q: string) => ({ limit: 50, state: 'open' as const, ...(q === '' ? {} : { q }) })

export function ChainItem(props: ItemProps) {
  const named = useNamed()
  return (
    <PickItem
      {...props}
      among={['chain']}
      find={async (q, signal) =>
        (await api.chains.list.call(wish(q), { signal })).rows.map((row) => ({
          value: row.code,
          label: `${row.code} ${named(row)}`,
        }))
      }
    />
  )
}

export function ProductItem({ chain, ...props }: ItemProps & { readonly chain?: string | undefined }) {
  const named = useNamed()
  return (
    <PickItem
      {...props}
      among={['chain-product', chain ?? '']}
      find={async (q, signal) => {
        const asked = { ...wish(q), ...(chain === undefined ? {} : { chain }) }
        return (await api.products.list.call(asked, { signal })).rows.map((row) => ({
          value: row.code,
          label: `${row.code} ${named(row)}`,
        }))
      }}
    />
  )
}
