import { implement } from '@orpc/server'
import { problem, type RequestContext } from '@tingzhou/http'
import { parseRules, type SettlementRules } from '@tingzhou/settlement'
import '../money/reach.ts'
import { command, historyOf, nowhere, readerOf } from '../room.ts'
import { ruleWords } from '../texts.ts'
import { addPrice, changeContract, createContract, endPrice } from './framework.ts'
import { frameworkContract } from './framework-contract.ts'
import { findContract, listContracts } from './framework-view.ts'
import { addTermsVersion, createTerms } from './terms.ts'
import { termsContract } from './terms-contract.ts'
import { findTerms, listTerms } from './terms-view.ts'

/** Rules as the arithmetic reads them. @throws ProblemError 422 with every field that it refuses */
function readRules({ lang }: RequestContext, rules: unknown): SettlementRules {
  const read = parseRules(rules)
  if (read.ok) return read.value
  const errors = read.error.map(({ field, value, rule, limit }) => {
    const named = `settlement_${rule}${limit === null ? '' : ` ${limit}`}`
    return { field: field === '' ? 'rules' : `rules.${field}`, value, rule: named, message: ruleWords(lang, named) }
  })
  const [first] = errors
  throw problem({
    kind: 'settlement_refused',
    status: 422,
    area: 'freight',
    meta: { field: first?.field, value: String(first?.value ?? ''), rule: first?.rule },
    errors,
  })
}

const terms = implement(termsContract).$context<RequestContext>()

export const termsHandlers = terms.router({
  list: terms.list.handler(({ context, input }) => listTerms(readerOf(context), input)),
  get: terms.get.handler(
    async ({ context, input }) => (await findTerms(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: terms.create.handler(({ context, input }) =>
    command(context, 'create_terms', { ...input, rules: readRules(context, input.rules) }, createTerms),
  ),
  addVersion: terms.addVersion.handler(({ context, input }) =>
    command(context, 'add_terms_version', { ...input, rules: readRules(context, input.rules) }, addTermsVersion),
  ),
  history: terms.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_terms', input.id)),
})

const contracts = implement(frameworkContract).$context<RequestContext>()

export const frameworkHandlers = contracts.router({
  list: contracts.list.handler(({ context, input }) => listContracts(readerOf(context), input)),
  get: contracts.get.handler(
    async ({ context, input }) => (await findContract(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: contracts.create.handler(({ context, input }) => command(context, 'create_contract', input, createContract)),
  change: contracts.change.handler(({ context, input }) => command(context, 'change_contract', input, changeContract)),
  addPrice: contracts.addPrice.handler(({ context, input }) => command(context, 'add_contract_price', input, addPrice)),
  endPrice: contracts.endPrice.handler(({ context, input }) => command(context, 'end_contract_price', input, endPrice)),
  history: contracts.history.handler(({ context, input }) =>
    historyOf(readerOf(context), 'freight_contract', input.id),
  ),
})
