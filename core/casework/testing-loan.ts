import { sql } from 'kysely'
import { registerObjectKind } from '@tingzhou/access'
import { runCommand, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Vars } from '@tingzhou/process'
import type { CaseDeps, CaseKind } from './case-kind.ts'
import { change, dossierOf, grant, revoke, say, tell, write, type Dossier } from './dossier.ts'
import type { CasePlay } from './host.ts'
import { makeMove, only, type CaseError, type Movable } from './move.ts'
import { beginCase } from './told.ts'

// The example of the README: a department lends tools to firms.

type LoanState = 'asked' | 'lent' | 'returned' | 'declined' | 'lost'
export type Loan = {
  zone_id: string
  id: string
  state: LoanState
  tool: string
  firm_id: string
  lender_id: string
  terms: { readonly days: number }
  due_at: EpochMs | null
  next_step: string | null
  /** Who of the lender's people has it. */
  keeper: string | null
  instance_id: string | null
  updated_at: EpochMs
  updated_by: string
  rev: number
}

declare module '@tingzhou/db' {
  interface Tables {
    casework_loan: Loan
    casework_loan_note: { zone_id: string; loan_id: string; words: string }
  }
}

/** The tables of the example, for a database of a test. */
export const loanTables = `
  create table casework_loan (zone_id text, id uuid, state text not null, tool text not null, firm_id text not null,
    lender_id text not null, terms jsonb not null, due_at timestamptz, next_step text, keeper text, instance_id uuid,
    updated_at timestamptz not null, updated_by text not null, rev int not null, primary key (zone_id, id));
  create table casework_loan_note (zone_id text, loan_id uuid, words text)`

type BesideLoan = { readonly openLoans: number; note: string | null }
export type LoanCase = { readonly row: Loan; readonly deps: CaseDeps; readonly beside: BesideLoan }
export type LoanDossier = Dossier<LoanCase>

// 1 · the row: where a loan lies and what it is called.
export const loanKind: CaseKind<LoanCase> = {
  module: 'lending',
  objectKind: 'loan',
  table: 'casework_loan',
  documents: ['terms'],
  isPublic: true,
  facts: ({ tool }) => ({ tool }),
  hearers: ({ firm_id }) => [firm_id],
  beside: {
    read: ({ zoneId }, id) => ({
      openLoans: sql`(select count(*)::int from casework_loan mine join casework_loan o using (zone_id, firm_id)
        where mine.zone_id = ${zoneId} and mine.id = ${id} and o.state = 'lent')`,
    }),
    open: ({ openLoans }) => ({ openLoans: Number(openLoans ?? 0), note: null }),
    close: (dossier) => {
      const { zone_id, id: loan_id } = dossier.row
      const { note: words } = dossier.beside
      if (words !== null)
        write(dossier, dossier.deps.db.insertInto('casework_loan_note').values({ zone_id, loan_id, words }))
    },
  },
}
registerObjectKind('loan', { zoneWide: ['supervisor'] })

// 2 · the drawing: who does its tasks, what a timer does, which fields follow a step.
export const loanPlay: CasePlay<LoanCase> = {
  kind: loanKind,
  key: 'loan',
  file: 'core/casework/testing-loan.bpmn',
  handlers: { 'loan.remind': remind },
  taskParty: (task, { row }) => (task.roles.includes('enterprise') ? row.firm_id : row.lender_id),
  keepsDoer: true,
  stopped: 'declined',
  settle: (_tx, dossier, played) => {
    const { row, before, fresh, cause } = dossier
    const due = played.vars.dueAt
    change(dossier, {
      due_at: typeof due === 'number' && row.state === 'lent' ? epochMs(due) : null,
      next_step: played.openTasks[0]?.nodeId ?? null,
    })
    if (fresh || row.state !== before.state) tell(dossier, 'loan_moved', [row.lender_id])
    // That it was suspended stands in the history already.
    return cause.by === 'actor' && cause.verb === 'suspend' ? 'silent' : undefined
  },
  casework: (_tx, dossier, { verb }) => {
    if (verb === 'claim') change(dossier, { keeper: dossier.doer.id })
  },
}

async function remind(_tx: Tx, dossier: LoanDossier): Promise<Vars> {
  say(dossier, { verb: 'remind' })
  return {}
}

// 3 · the people: where each move begins, who may make it, what it decides.
type Named<N extends string, F = unknown> = { commandId: string; rev: number; move: N } & F
export type LoanMove =
  | Named<'lend', { days: number }>
  | Named<'decline', { words: string }>
  | Named<'give_back'>
  | Named<'extend', { days: number }>
  | Named<'note', { words: string }>
type LoanError =
  | CaseError
  | { readonly kind: 'too_long'; readonly field: 'days'; readonly value: number; readonly rule: string }
  | { readonly kind: 'too_many'; readonly openLoans: number; readonly rule: string }
type Stand = { readonly lender: boolean; readonly firm: boolean; readonly supervisor: boolean }

const dayMs = 86_400_000
const openLoansMax = 2
const dueAfter = ({ now }: LoanDossier, days: number): EpochMs => epochMs(now + days * dayMs)
const lender = (stand: Stand) => only(stand.lender, 'lender_only')

export const loanMovable: Movable<LoanCase, Stand, LoanMove, LoanError, { id: string; state: string; rev: number }> = {
  play: loanPlay,
  moves: {
    lend: {
      from: ['asked'],
      node: 'answer',
      may: lender,
      run: ({ dossier, input: { days } }) => {
        if (days > 30) return err({ kind: 'too_long', field: 'days', value: days, rule: 'at most 30' })
        const { openLoans } = dossier.beside
        if (openLoans >= openLoansMax) return err({ kind: 'too_many', openLoans, rule: `at most ${openLoansMax}` })
        change(dossier, { terms: { days } })
        say(dossier, { verb: 'lend', data: { days } })
        return ok({ kind: 'complete', node: 'answer', vars: { outcome: 'lend', dueAt: dueAfter(dossier, days) } })
      },
    },
    decline: {
      from: ['asked'],
      node: 'answer',
      may: lender,
      run: async ({ tx, dossier, input }) => {
        await revoke(tx, dossier, { partyId: dossier.row.lender_id, relation: 'pool' })
        say(dossier, { verb: 'decline', reason: input.words, public: false })
        return ok({ kind: 'complete', node: 'answer', vars: { outcome: 'decline' } })
      },
    },
    give_back: {
      from: ['lent'],
      node: 'give_back',
      may: ({ firm }) => only(firm, 'firm_only'),
      run: () => ok({ kind: 'complete', node: ['give_back'], vars: {} }),
    },
    extend: {
      from: ['lent'],
      may: lender,
      run: ({ dossier, input: { days } }) => ok({ kind: 'set', vars: { dueAt: dueAfter(dossier, days) } }),
    },
    note: {
      from: ['asked', 'lent', 'returned'],
      anyRevision: true,
      may: ({ lender: isLender, firm }) => only(isLender || firm, 'not_yours'),
      run: ({ dossier, input: { words } }) => {
        dossier.beside.note = words
        return ok(null)
      },
    },
  },
  standOf: (_tx, { row }, actor) => standOf(actor, row),
  answer: ({ row: { id, state, rev } }) => ({ id, state, rev }),
  guard: ({ stand }) => (stand.lender || stand.firm || stand.supervisor ? null : { kind: 'not_found' }),
  behalfOf: (actor, row) => (hasRole(actor, 'machine') ? row.firm_id : null),
}

export const standOf = (actor: Actor, { firm_id, lender_id }: Loan): Stand => ({
  lender: partiesOf(actor, 'dept_officer').includes(lender_id),
  firm: partiesOf(actor, 'enterprise').includes(firm_id),
  supervisor: hasRole(actor, 'supervisor', 'machine'),
})

export const moveLoan = (deps: CaseDeps, actor: Actor, id: string, move: LoanMove) =>
  makeMove(deps, actor, loanMovable, id, move)

/** Opens a loan: the row, its reach and its process in one command. */
export const askFor = (
  deps: CaseDeps,
  actor: Actor,
  commandId: string,
  input: { readonly tool: string; readonly firmId: string; readonly lenderId: string },
): Promise<Result<{ id: string }, CaseError>> =>
  runCommand(deps, { commandId, actorId: actor.accountId, name: 'lending.ask', input }, async (tx, batch) => {
    const now = deps.clock()
    const row: Loan = {
      zone_id: deps.zoneId,
      id: deps.newId(),
      state: 'asked',
      tool: input.tool,
      firm_id: input.firmId,
      lender_id: input.lenderId,
      terms: { days: 0 },
      due_at: null,
      next_step: null,
      keeper: null,
      instance_id: null,
      updated_at: now,
      updated_by: actor.accountId,
      rev: 1,
    }
    const dossier = dossierOf(deps, loanKind, row, { by: 'actor', actor, verb: 'ask' }, { fresh: true, batch })
    grant(dossier, [
      { partyId: input.firmId, relation: 'enterprise' },
      { partyId: input.lenderId, relation: 'pool' },
    ])
    const begun = await beginCase(tx, loanPlay, dossier, { outcome: null, dueAt: null })
    return begun.ok ? ok({ id: row.id }) : begun
  })
