import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { historyOf, nowhere } from '@tingzhou/records'
import { command, readerOf, zoneReader } from '../room.ts'
import { addAlias, changeAlias } from './alias.ts'
import { changeChain, enterChain } from './chain.ts'
import { chainContract, clusterContract, recipeContract } from './chain-contract.ts'
import { findChain, listChains, listClusters } from './chain-view.ts'
import { clusterList, replaceClusters } from './cluster.ts'
import { historySinceStart } from './history.ts'
import { changeProduct, enterProduct } from './product.ts'
import { aliasContract, productContract, wordContract } from './product-contract.ts'
import { findProduct, hasProduct, listAliases, listProducts } from './product-view.ts'
import { saveRecipe } from './recipe.ts'
import { findRecipe, listRecipes } from './recipe-view.ts'
import { decideWord } from './word.ts'
import { findWord, listWords } from './word-view.ts'

const products = implement(productContract).$context<RequestContext>()

export const productHandlers = products.router({
  list: products.list.handler(({ context, input }) => listProducts(readerOf(context), input)),
  get: products.get.handler(
    async ({ context, input }) => (await findProduct(readerOf(context), input.code)) ?? nowhere(input.code),
  ),
  create: products.create.handler(({ context, input }) => command(context, 'enter_product', input, enterProduct)),
  change: products.change.handler(({ context, input }) => command(context, 'change_product', input, changeProduct)),
  history: products.history.handler(async ({ context, input: { code } }) => {
    const reader = readerOf(context)
    return historySinceStart(reader, 'chain_product', code, await hasProduct(reader, code))
  }),
})

const aliases = implement(aliasContract).$context<RequestContext>()

export const aliasHandlers = aliases.router({
  list: aliases.list.handler(({ context, input }) => listAliases(readerOf(context), input)),
  create: aliases.create.handler(({ context, input }) => command(context, 'add_alias', input, addAlias)),
  change: aliases.change.handler(({ context, input }) => command(context, 'change_alias', input, changeAlias)),
})

const words = implement(wordContract).$context<RequestContext>()

export const wordHandlers = words.router({
  list: words.list.handler(({ context, input }) => listWords(zoneReader(context), input)),
  get: words.get.handler(
    async ({ context, input }) => (await findWord(zoneReader(context), input.id)) ?? nowhere(input.id),
  ),
  decide: words.decide.handler(({ context, input }) => command(context, 'decide_word', input, decideWord)),
  history: words.history.handler(({ context, input }) => historyOf(readerOf(context), 'chain_word', input.id)),
})

const recipes = implement(recipeContract).$context<RequestContext>()

export const recipeHandlers = recipes.router({
  list: recipes.list.handler(({ context, input }) => listRecipes(readerOf(context), input)),
  get: recipes.get.handler(
    async ({ context, input }) => (await findRecipe(readerOf(context), input.code)) ?? nowhere(input.code),
  ),
  save: recipes.save.handler(({ context, input }) => command(context, 'save_recipe', input, saveRecipe)),
})

const clusters = implement(clusterContract).$context<RequestContext>()

export const clusterHandlers = clusters.router({
  list: clusters.list.handler(({ context, input }) => listClusters(readerOf(context), input)),
  replace: clusters.replace.handler(({ context, input }) =>
    command(context, 'replace_clusters', input, replaceClusters),
  ),
  history: clusters.history.handler(({ context }) =>
    historySinceStart(readerOf(context), 'chain_cluster', clusterList, true),
  ),
})

const chains = implement(chainContract).$context<RequestContext>()

export const chainHandlers = chains.router({
  list: chains.list.handler(({ context, input }) => listChains(readerOf(context), input)),
  get: chains.get.handler(
    async ({ context, input }) => (await findChain(readerOf(context), input.code)) ?? nowhere(input.code),
  ),
  create: chains.create.handler(({ context, input }) => command(context, 'enter_chain', input, enterChain)),
  change: chains.change.handler(({ context, input }) => command(context, 'change_chain', input, changeChain)),
  history: chains.history.handler(async ({ context, input: { code } }) => {
    const reader = readerOf(context)
    return historySinceStart(reader, 'chain', code, (await findChain(reader, code)) !== null)
  }),
})
