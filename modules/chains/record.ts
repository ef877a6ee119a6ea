import { recorder } from '@tingzhou/records'

/** Objects of the chains that have a history. */
export type ChainKind =
  | 'chain'
  | 'chain_cluster'
  | 'chain_product'
  | 'chain_recipe'
  | 'chain_word'
  | 'chain_outside'
  | 'chain_position'
  | 'chain_link'
  | 'chain_leader'
  | 'chain_demand'
  | 'chain_settings'
  | 'chain_run'
  | 'chain_plant'

export const { note, noteAll } = recorder<ChainKind>((kind) => `chains.${kind}_changed`)
