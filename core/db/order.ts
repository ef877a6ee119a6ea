/** The order in which packages bring their tables: a package may refer to the tables of those before it. */
export const migrationOrder: readonly string[] = [
  'core/db',
  'core/parties',
  'core/access',
  'core/audit',
  'core/events',
  'core/notices',
  'core/files',
  'core/timers',
  'core/calendar',
  'core/demo',
  'core/search',
  'core/process',
  'modules/registry',
  'modules/needs',
]
