export { type Decimal, fromDecimal, toDecimal } from './decimal.ts'
export { openCatalog, type Catalog } from './catalog.ts'
export {
  addDevice,
  bindTerminal,
  hashSecret,
  isSecret,
  noteSeen,
  openDevices,
  quarantine,
  setSecret,
  type Device,
  type DeviceOrder,
  type Devices,
  type DeviceSettings,
  type NewDevice,
  type Protocol,
  type Seen,
} from './device.ts'
export {
  endCommand,
  noteSent,
  openCommands,
  queueCommand,
  type CommandState,
  type NewCommand,
} from './device-command.ts'
export { addFix, fixFlags, fixIn, fixesOf, type Fix } from './fix.ts'
export { StreamTaken } from './journal.ts'
export { fixKind, sampleKind, type ReadingKind } from './kind.ts'
export { addNode, saveProfile, type NewNode, type NodeLevel, type PointTemplate, type Profile } from './plant.ts'
export type { Name, Point, PointKind } from './point.ts'
export { newReadings, type Readings } from './readings.ts'
export { addSample, fromSteps, quality, toSteps, type Quality } from './sample.ts'
export { openTelemetryStore, type StoreDeps, type TelemetryStore } from './store.ts'
export { readMinutes, type StoredMinute } from './stored.ts'
export { openTelemetry, type Telemetry, type TelemetryDeps } from './telemetry.ts'
export { chooseLevel, readTrend, type Trend, type TrendWindow } from './trend.ts'
export type { FieldGateway, LoggedFrame } from './field-gateway.ts'
export { telemetryModule } from './module.ts'
