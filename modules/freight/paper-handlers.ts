import { implement } from '@orpc/server'
import { mayReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { problem, requireActor, type RequestContext } from '@tingzhou/http'
import { blockers } from './blockers.ts'
import { addPaper, withdrawPaper } from './paper.ts'
import { paperContract } from './paper-contract.ts'
import { changePaperKind, listPaperKinds } from './paper-kind.ts'
import { command, readerOf } from './room.ts'

const os = implement(paperContract).$context<RequestContext>()

export const paperHandlers = os.router({
  kinds: os.kinds.handler(async ({ context }) => {
    requireActor(context)
    return { rows: await listPaperKinds(context.deps.db, context.deps.zoneId) }
  }),
  changeKind: os.changeKind.handler(({ context, input }) =>
    command(context, 'change_paper_kind', input, changePaperKind),
  ),
  add: os.add.handler(({ context, input }) => command(context, 'add_paper', input, addPaper)),
  withdraw: os.withdraw.handler(({ context, input }) => command(context, 'withdraw_paper', input, withdrawPaper)),
  blockers: os.blockers.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const trio = { carrier: input.carrierId, driver: input.driverId, vehicle: input.vehicleId }
    // Three of the same shape, not one of many: each kind has a rule of its own.
    const within = await Promise.all(
      (['carrier', 'driver', 'vehicle'] as const).map((subject) =>
        mayReach(deps.db, actor, deps.zoneId, `freight_${subject}`, trio[subject]),
      ),
    )
    const out = (['carrierId', 'driverId', 'vehicleId'] as const).find((_, i) => !within[i])
    if (out) throw problem({ kind: 'not_found', status: 404, field: out, value: input[out], rule: 'within_reach' })
    const onDay = input.onDay ?? localDateOf(deps.clock())
    return { onDay, rows: [...(await blockers(deps.db, deps.zoneId, trio, onDay))] }
  }),
})
