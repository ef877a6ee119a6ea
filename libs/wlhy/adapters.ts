import type { Adapter, AdapterId } from './adapter.ts'
import { fujian } from './fujian.ts'
import { tianjin } from './tianjin.ts'

/** The dialects that are spoken, by province and version. A province's next version is another one beside it. */
export const adapters: Readonly<Record<AdapterId, Adapter>> = { 'fujian-2.0': fujian, 'tianjin-1.2.1': tianjin }
