export { indexObjects, removeObjects, type SearchEntry } from './entry.ts'
export { registerSearchKind, searchModule } from './module.ts'
export { findNamed, search, type Hit, type SearchQuery } from './search.ts'
export { fold, initialsOf } from './tokens.ts'
