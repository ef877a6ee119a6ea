import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { historyOf, nowhere } from '@tingzhou/records'
import { marketOf } from '../posting/market-index.ts'
import { command, readerOf, zoneReader } from '../room.ts'
import { changeEvent, enterEvent, stepEvent } from './event.ts'
import { eventContract } from './event-contract.ts'
import { findEvent, listEvents } from './event-view.ts'
import { arriveFirm, inviteFirms, registerFirm, withdrawFirm } from './firm.ts'
import { listCandidates, listFirms } from './firm-view.ts'
import { answerFollowUp } from './follow.ts'
import { confirmResult, enterResult, lockPlace, moveMeeting, proposeAgreed } from './meeting.ts'
import { listFollowUps, listMeetings } from './meeting-view.ts'
import { planEvent } from './plan.ts'
import { printTimetable } from './print.ts'
import { exportEvent, reportOf } from './report.ts'

const os = implement(eventContract).$context<RequestContext>()

export const eventHandlers = os.router({
  list: os.list.handler(({ context, input }) => listEvents(readerOf(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findEvent(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(({ context, input }) => command(context, 'enter_event', input, enterEvent)),
  change: os.change.handler(({ context, input }) => command(context, 'change_event', input, changeEvent)),
  step: os.step.handler(({ context, input }) => command(context, 'step_event', input, stepEvent)),
  firms: os.firms.handler(
    async ({ context, input }) => (await listFirms(readerOf(context), input)) ?? nowhere(input.id),
  ),
  candidates: os.candidates.handler(
    async ({ context, input }) => (await listCandidates(zoneReader(context), input)) ?? nowhere(input.id),
  ),
  invite: os.invite.handler(({ context, input }) => command(context, 'invite_firms', input, inviteFirms)),
  // The market is read before the transaction: within, nothing waits for another connection.
  register: os.register.handler(async ({ context, input }) => {
    const market = await marketOf(readerOf(context).deps)
    return command(context, 'register_firm', input, registerFirm(market))
  }),
  withdraw: os.withdraw.handler(({ context, input }) => command(context, 'withdraw_firm', input, withdrawFirm)),
  arrive: os.arrive.handler(({ context, input }) => command(context, 'arrive_firm', input, arriveFirm)),
  plan: os.plan.handler(async ({ context, input }) => {
    const market = await marketOf(readerOf(context).deps)
    return command(context, 'plan_event', input, planEvent(market))
  }),
  meetings: os.meetings.handler(
    async ({ context, input }) => (await listMeetings(readerOf(context), input)) ?? nowhere(input.id),
  ),
  move: os.move.handler(({ context, input }) => command(context, 'move_meeting', input, moveMeeting)),
  lock: os.lock.handler(({ context, input }) => command(context, 'lock_meeting', input, lockPlace)),
  result: os.result.handler(({ context, input }) => command(context, 'enter_result', input, enterResult)),
  confirm: os.confirm.handler(({ context, input }) => command(context, 'confirm_result', input, confirmResult)),
  deal: os.deal.handler(({ context, input }) => command(context, 'propose_agreed', input, proposeAgreed)),
  followUps: os.followUps.handler(({ context, input }) => listFollowUps(readerOf(context), input)),
  follow: os.follow.handler(({ context, input }) => command(context, 'answer_follow_up', input, answerFollowUp)),
  report: os.report.handler(async ({ context, input }) => {
    const reader = zoneReader(context)
    return (await findEvent(reader, input.id)) ? reportOf(reader, input.id) : nowhere(input.id)
  }),
  export: os.export.handler(({ context, input }) => exportEvent(zoneReader(context), context.lang, input.id)),
  print: os.print.handler(async ({ context, input }) => {
    const publicUrl = context.deps.access.publicUrl.replace(/\/$/, '')
    const file = await printTimetable(readerOf(context), input, { lang: context.lang, publicUrl })
    return file ?? nowhere(input.id)
  }),
  // Amounts stand in it: for those who keep days, not for every firm that comes.
  history: os.history.handler(({ context, input }) => historyOf(zoneReader(context), 'market_event', input.id)),
})
