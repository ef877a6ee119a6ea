export { connect, Refused } from './api.ts'
export { livePast, prepareZone, type Watch, type Zone } from './build.ts'
export { liveOn } from './live.ts'
export { usual, type Options } from './options.ts'
