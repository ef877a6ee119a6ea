import { useEffect, useState } from 'react'

/** The time that devices live by: the real one, also in a demo whose clock is moved. */
export function useDeviceNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return now
}
