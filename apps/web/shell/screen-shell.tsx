import { useKeyboard } from '@tingzhou/ui'
import { Outlet } from 'react-router'
import { SignedIn } from './signed-in.tsx'

/** The control room: nothing but the screen. */
export function ScreenShell() {
  useKeyboard()
  return (
    <SignedIn>
      <Outlet />
    </SignedIn>
  )
}
