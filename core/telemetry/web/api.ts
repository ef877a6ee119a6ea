import { createApi, serverLang } from '@tingzhou/ui'
import { telemetryContract } from '../contract.ts'

/** Devices, positions and trends over HTTP. */
export const api = createApi(telemetryContract, 'telemetry')

/** A name in the reader's language. */
export const nameOf = (name: { readonly zh: string; readonly en: string }): string =>
  serverLang() === 'zh-CN' ? name.zh : name.en

/** Who may make devices known and ask something of them. */
export const keeperRoles = ['admin', 'dispatcher'] as const

/** Who reads what gateways count. */
export const healthRoles = ['admin', 'auditor', 'dispatcher'] as const

/** How often what is on screen is asked for anew, while it can be seen. */
export const pollMs = 2_000
