import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { CalledProtocol } from '@tingzhou/telemetry/source'

/** How a connector is begun. */
export type Entry = { readonly file: string; readonly execArgv: readonly string[] }

const here = import.meta.url

/** The connector of a protocol: bundled beside the bundle that this is in, or from its sources as this is. */
export function entryOf(protocol: CalledProtocol): Entry {
  const fileAt = (path: string): string => fileURLToPath(new URL(path, here))
  if (here.endsWith('.mjs')) return { file: fileAt(`./connector-${protocol}.mjs`), execArgv: ['--enable-source-maps'] }
  const tsx = pathToFileURL(createRequire(here).resolve('tsx')).href
  return { file: fileAt(`../../connector-${protocol}/main.ts`), execArgv: ['--import', tsx] }
}
