import { useLocation } from 'react-router'
import type { api } from '../api.ts'

/** The addresses of matchmaking days on the surface that the reader is on: firms have them at the counter. */
export function useEvents() {
  const counter = useLocation().pathname.startsWith('/counter')
  const base = counter ? '/counter' : ''
  return {
    counter,
    list: `${base}/market-events`,
    new: `${base}/market-events/new`,
    one: (id: string) => `${base}/market-events/${id}`,
    followUps: `${base}/market-follow-ups`,
  }
}

export type EventDetail = Awaited<ReturnType<typeof api.events.get.call>>
export type Meeting = Awaited<ReturnType<typeof api.events.meetings.call>>['rows'][number]
export type Registration = EventDetail['mine'][number]
