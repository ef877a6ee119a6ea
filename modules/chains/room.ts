import { roomOf, type RoomReader } from '@tingzhou/records'
import { chainsProblems, type ChainsError } from './problems.ts'
import { readingRoles } from './roles.ts'
import { worded } from './texts.ts'

export type Reader = RoomReader

export const { command, readerOf, zoneReader } = roomOf<ChainsError>({
  area: 'chains',
  taken: {
    chain_cluster_code: 'code',
    chain_alias_once: 'alias',
    chain_recipe_route: 'route',
    chain_position_once: 'productCode',
    chain_link_once: 'sellerId',
    chain_leader_main: 'isMain',
    chain_leader_once: 'firmId',
    chain_demand_once: 'productCode',
    chain_target_line: 'lineKey',
    chain_plant_name: 'name',
  },
  problems: chainsProblems,
  worded,
  readers: readingRoles,
})
