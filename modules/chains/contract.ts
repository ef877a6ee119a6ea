import { chainContract, clusterContract, recipeContract } from './catalogue/chain-contract.ts'
import { aliasContract, productContract, wordContract } from './catalogue/product-contract.ts'
import {
  demandContract,
  firmContract,
  leaderContract,
  linkContract,
  outsideContract,
  positionContract,
} from './economy/economy-contract.ts'
import { importContract } from './economy/import-contract.ts'
import { industryContract } from './run/industry-contract.ts'
import { networkContract, runContract, savingContract, shockContract } from './run/run-contract.ts'
import { settingsContract } from './settings/settings-contract.ts'
import { lineContract } from './target/line-contract.ts'
import { plantContract } from './target/plant-contract.ts'
import { targetContract } from './target/target-contract.ts'

/** The public face of the chains over HTTP. */
export const chainsContract = {
  products: productContract,
  aliases: aliasContract,
  recipes: recipeContract,
  clusters: clusterContract,
  chains: chainContract,
  words: wordContract,
  settings: settingsContract,
  industry: industryContract,
  runs: runContract,
  network: networkContract,
  shocks: shockContract,
  savings: savingContract,
  lines: lineContract,
  targets: targetContract,
  plants: plantContract,
  positions: positionContract,
  links: linkContract,
  outside: outsideContract,
  leaders: leaderContract,
  demands: demandContract,
  firms: firmContract,
  imports: importContract,
}
