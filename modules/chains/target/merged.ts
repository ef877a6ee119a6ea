import { sql } from 'kysely'
import { at, type Json, type Tx } from '@tingzhou/db'
import { onEnterpriseMerged, type MergeScene } from '@tingzhou/registry'
import './tables.ts'

/** By table the column that names an enterprise. */
const columns = { chain_target: 'firm_id', chain_plant: 'owner_id' } as const
type Table = keyof typeof columns
type Moved = { readonly [T in Table]: string[] }

/** The firm that a target is about and the owner of an idle plant follow when two entries of the register become one, and go back with its undo. */
export const keepTargetsMerged = (): void =>
  onEnterpriseMerged({
    name: 'chains.targets',
    move: async (tx, scene): Promise<Moved> => ({
      chain_target: await rename(tx, scene, 'chain_target', scene.fromId, scene.intoId, null),
      chain_plant: await rename(tx, scene, 'chain_plant', scene.fromId, scene.intoId, null),
    }),
    restore: async (tx, scene, moved: Json) => {
      // What `move` gave.
      const { chain_target, chain_plant } = moved as unknown as Moved
      await rename(tx, scene, 'chain_target', scene.intoId, scene.fromId, chain_target)
      await rename(tx, scene, 'chain_plant', scene.intoId, scene.fromId, chain_plant)
    },
  })

/** Writes another id for a firm, in those that are among `only`. @returns these */
async function rename(
  tx: Tx,
  { zoneId, now }: MergeScene,
  table: Table,
  from: string,
  into: string,
  only: readonly string[] | null,
): Promise<string[]> {
  const column = sql.ref(columns[table])
  const among = only === null ? sql`true` : sql`id = any(${[...only]}::uuid[])`
  const { rows } = await sql<{ id: string }>`
    update ${sql.table(table)} set ${column} = ${into}, rev = rev + 1, updated_at = ${at(now)}
    where zone_id = ${zoneId} and ${column} = ${from} and ${among} returning id`.execute(tx)
  return rows.map(({ id }) => id)
}
