import { accessModule } from '@tingzhou/access'
import { alarmsModule } from '@tingzhou/alarms'
import { calendarModule } from '@tingzhou/calendar'
import { chainsModule } from '@tingzhou/chains'
import { crossborderModule } from '@tingzhou/crossborder'
import { filesModule } from '@tingzhou/files'
import { freightModule } from '@tingzhou/freight'
import { geographyModule } from '@tingzhou/geography'
import type { ServerModule } from '@tingzhou/http'
import { ledgerModule } from '@tingzhou/ledger'
import { marketModule } from '@tingzhou/market'
import { needsModule } from '@tingzhou/needs'
import { createNoticesModule } from '@tingzhou/notices'
import { createProcesses } from '@tingzhou/process'
import { referralModule } from '@tingzhou/referral'
import { registryModule } from '@tingzhou/registry'
import { safetyModule } from '@tingzhou/safety'
import { servicesModule } from '@tingzhou/services'
import { searchModule } from '@tingzhou/search'
import { telemetryModule } from '@tingzhou/telemetry'
import { createWebhooks } from '@tingzhou/webhooks'
import { createBackupModule } from './backup.ts'
import type { Config } from './config.ts'
import { createHousekeeping } from './housekeeping.ts'

/** Every package that answers over HTTP, hears events or keeps timers; once, in the order of starting. */
export function createModules(config: Config): readonly ServerModule[] {
  const packages = packageModules(config)
  const modules = [
    ...packages,
    createProcesses(packages),
    createWebhooks(packages, { privateHosts: config.webhookPrivateHosts }),
  ]
  return [...modules, createBackupModule(config.dataDir), createHousekeeping(modules)]
}

const packageModules = (config: Config): readonly ServerModule[] => [
  accessModule,
  calendarModule,
  filesModule,
  createNoticesModule(
    config.mail ? { smtpUrl: config.mail.url, from: config.mail.from, publicUrl: config.publicUrl } : undefined,
  ),
  searchModule,
  ledgerModule,
  telemetryModule,
  alarmsModule,
  geographyModule,
  registryModule,
  needsModule,
  servicesModule,
  referralModule,
  safetyModule,
  freightModule,
  crossborderModule,
  chainsModule,
  marketModule,
]
