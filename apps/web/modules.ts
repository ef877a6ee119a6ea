import { screens as chains } from '@tingzhou/chains/web'
import { screens as crossborder } from '@tingzhou/crossborder/web'
import { screens as freight } from '@tingzhou/freight/web'
import { screens as geography } from '@tingzhou/geography/web'
import { screens as alarms } from '@tingzhou/alarms/web'
import { screens as ledger } from '@tingzhou/ledger/web'
import { screens as market } from '@tingzhou/market/web'
import { screens as needs } from '@tingzhou/needs/web'
import { screens as process } from '@tingzhou/process/web'
import { screens as referral } from '@tingzhou/referral/web'
import { screens as registry } from '@tingzhou/registry/web'
import { screens as safety } from '@tingzhou/safety/web'
import { screens as services } from '@tingzhou/services/web'
import { screens as telemetry } from '@tingzhou/telemetry/web'
import { screens as webhooks } from '@tingzhou/webhooks/web'
import type { ScreenModule } from '@tingzhou/ui'
import { shellScreens } from './shell/shell-screens.ts'

/** Every module with screens, once; the shell knows nothing else of them. */
export const modules: readonly ScreenModule[] = [
  needs,
  services,
  referral,
  safety,
  freight,
  crossborder,
  chains,
  market,
  registry,
  alarms,
  telemetry,
  geography,
  ledger,
  process,
  webhooks,
  shellScreens,
]
