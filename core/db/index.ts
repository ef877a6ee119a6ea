export {
  createBackup,
  restoreBackup,
  RestoreRefused,
  type Backup,
  type BackupOptions,
  type Manifest,
} from './backup.ts'
export { flushBatch, newBatch, type WriteBatch } from './batch.ts'
export {
  findAnswer,
  runCommand,
  stableJson,
  type CommandDeps,
  type CommandReused,
  type CommandSpec,
} from './command.ts'
export { openDatabase, type Database, type DatabaseOptions } from './database.ts'
export { compile, fragment, insertRow, isFragment, listed, plain, updateRow, type Fragment } from './fragment.ts'
export { newId } from './ids.ts'
export { containing, escapeLike } from './like.ts'
export { maintainDatabase } from './maintain.ts'
export { listMigrations, migrate, type Migration } from './migrate.ts'
export { expectRevision, type StaleRevision } from './revision.ts'
export { repoRoot } from './root.ts'
export type { Session } from './session.ts'
export {
  at,
  jsonb,
  type Db,
  type Generated,
  type Instant,
  type Json,
  type Jsonb,
  type Tables,
  type Tx,
} from './tables.ts'
export { executeTogether } from './wire.ts'
