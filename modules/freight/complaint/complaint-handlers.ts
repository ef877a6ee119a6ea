import { implement } from '@orpc/server'
import { caseDeps, drawingOf, readTrail } from '@tingzhou/casework'
import { requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { command, nowhere } from '../room.ts'
import { complaintContract } from './complaint-contract.ts'
import { makeMove } from './moves.ts'
import { openComplaint } from './open.ts'
import { complaintProblems } from './problems.ts'
import './texts.ts'
import { findComplaint, findReading, listComplaints, type Reader } from './view.ts'

const os = implement(complaintContract).$context<RequestContext>()
const problems = { ...freightProblems, ...complaintProblems }

export const complaintHandlers = os.router({
  list: os.list.handler(({ context, input }) => listComplaints(readerOf(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findComplaint(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(({ context, input }) =>
    command(context, 'open_complaint', input, (tx, deps, actor, wish, last) =>
      openComplaint(tx, caseDeps(deps), actor, wish, last),
    ),
  ),
  // Who may move is decided under the lock.
  move: os.move.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    return unwrap(await makeMove(deps, actor, input.id, input.move), problems)
  }),
  history: os.history.handler(async ({ context, input: { id, ...page } }) => {
    const reader = readerOf(context)
    const { hides } = (await findReading(reader, id)) ?? nowhere(id)
    const { rows, next } = await readTrail(reader.deps.db, reader.deps.zoneId, id, page)
    return { rows: rows.map((row) => (hides(row.verb) ? { ...row, actor: '' } : row)), next }
  }),
  process: os.process.handler(async ({ context, input: { id } }) => {
    const reader = readerOf(context)
    if (!(await findReading(reader, id))) return nowhere(id)
    return (await drawingOf(reader.deps.db, reader.deps.zoneId, 'freight_complaint', id)) ?? nowhere(id)
  }),
})

const readerOf = (context: RequestContext): Reader => ({ deps: caseDeps(context.deps), actor: requireActor(context) })
