import { holdsRole, useMe, useText, type ObjectTab } from '@tingzhou/ui'
import { uploadReadingRoles } from '../../roles.ts'
import { WaybillUploads } from './of-waybill.tsx'

/** The tab of a waybill's uploads, for those who read them. */
export function useUploadTab(id: string): readonly ObjectTab[] {
  const t = useText('freight')
  const me = useMe()
  if (!holdsRole(me, uploadReadingRoles)) return []
  return [{ key: 'uploads', label: t('waybill.uploads'), children: <WaybillUploads id={id} /> }]
}
