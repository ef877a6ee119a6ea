import { FormDrawer, holdsRole, useMe, useText } from '@tingzhou/ui'
import type { ComponentProps } from 'react'
import { keeperRoles } from './api.ts'

/** Why the reader may not change devices; null: they may. */
export function useRefusal(): string | null {
  const t = useText('telemetry')
  return holdsRole(useMe(), keeperRoles) ? null : t('reason.keeper')
}

/** A form of those who keep devices; whoever opens it by its address alone reads who may fill it in. */
export function KeeperDrawer({ children, ...drawer }: ComponentProps<typeof FormDrawer>) {
  const refused = useRefusal()
  return <FormDrawer {...drawer}>{refused === null ? children : <p className="tz-second">{refused}</p>}</FormDrawer>
}
