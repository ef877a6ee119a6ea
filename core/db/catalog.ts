import { quote, type Session } from './session.ts'

/** What of the schema a backup must know. */
export type Table = { readonly name: string; readonly columns: readonly string[] }
export type Sequence = { readonly name: string; readonly value: number }
export type ForeignKey = { readonly table: string; readonly name: string; readonly definition: string }

/** One day of a table that is cut by time. */
export type Partition = { readonly name: string; readonly parent: string; readonly bound: string }

/** The zone's tables with the columns that can be written, by name; not the ledger of migrations. A table in partitions is these. */
export const listTables = (session: Session): Promise<readonly Table[]> =>
  session.query<Table>(`select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'
    group by c.relname order by c.relname`)

/** The partitions of all tables, as they are written. */
export const listPartitions = (session: Session): Promise<readonly Partition[]> =>
  session.query<Partition>(`select c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where c.relispartition and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`)

/** Where the sequences stand; those never used are left out. */
export const listSequences = (session: Session): Promise<readonly Sequence[]> =>
  session.query<Sequence>(`select sequencename::text as name, last_value as value from pg_sequences
    where schemaname = 'public' and last_value is not null order by 1`)

/** The foreign keys, as they are written. */
export const listForeignKeys = (session: Session): Promise<readonly ForeignKey[]> =>
  session.query<ForeignKey>(`select c.conrelid::regclass::text as table, quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    where c.contype = 'f' and c.conparentid = 0 and t.relnamespace = 'public'::regnamespace order by 1, 2`)

export const countRows = async (session: Session, table: string): Promise<number> =>
  (await session.query<{ n: number }>(`select count(*) as n from ${quote(table)}`))[0]?.n ?? 0
