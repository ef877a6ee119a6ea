import './shell/shell.css'
import { createQueryClient, getPreferences, giveStylesNonce, startI18n, UiProvider } from '@tingzhou/ui'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { modules } from './modules.ts'
import { createRouter } from './router.tsx'
import { SessionProvider } from './shell/session.tsx'

async function start(): Promise<void> {
  const element = document.getElementById('root')
  if (!element) throw new Error('the page has an element called root')
  giveStylesNonce()
  await startI18n(getPreferences().lang, modules)
  const client = createQueryClient()
  const router = createRouter(modules)
  createRoot(element).render(
    <StrictMode>
      <UiProvider client={client}>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </UiProvider>
    </StrictMode>,
  )
}

void start()
