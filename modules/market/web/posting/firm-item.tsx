import { PickItem, useText } from '@tingzhou/ui'
import { findFirms } from './finding.ts'

/** The firm for which an officer posts or registers: of the register, or outside the zone. */
export function FirmItem() {
  const t = useText('market')
  return <PickItem name="firmId" label={t('posting.field.firm')} required among={['market-firm']} find={findFirms} />
}
