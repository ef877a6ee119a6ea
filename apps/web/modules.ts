import { screens as needs } from '@tingzhou/needs/web'
import { screens as registry } from '@tingzhou/registry/web'
import type { ScreenModule } from '@tingzhou/ui'
import { shellScreens } from './shell/shell-screens.ts'

/** Every module with screens, once; the shell knows nothing else of them. */
export const modules: readonly ScreenModule[] = [needs, registry, shellScreens]
