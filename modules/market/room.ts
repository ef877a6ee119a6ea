import { roomOf, type RoomReader } from '@tingzhou/records'
import { marketProblems, type MarketError } from './problems.ts'
import { readingRoles } from './roles.ts'
import { worded } from './texts.ts'

export type Reader = RoomReader

export const { answerOf, command, readerOf, zoneReader } = roomOf<MarketError>({
  area: 'market',
  taken: {
    market_deal_pair: 'offerId',
    market_posting_appeal: 'appealId',
    market_event_seat_once: 'slot',
    market_event_meeting_table: 'table',
  },
  problems: marketProblems,
  worded,
  readers: readingRoles,
})
