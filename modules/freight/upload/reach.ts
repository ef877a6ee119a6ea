import { reachesAll, registerObjectKind } from '@tingzhou/access'
import type { Actor } from '@tingzhou/parties'
import { uploadReadingRoles } from '../roles.ts'

registerObjectKind('freight_upload', { zoneWide: uploadReadingRoles })
registerObjectKind('freight_upload_count', { zoneWide: uploadReadingRoles })
registerObjectKind('freight_regulator', { zoneWide: uploadReadingRoles })

export const readsUploads = (actor: Actor): boolean => reachesAll(actor, 'freight_upload')
