export type { Decimal } from './decimal.ts'
export { confirmAtTerminals, type AcknowledgedBit } from './alarm-confirmation.ts'
export { alarmItems, alarmItemsOf } from './alarm-items.ts'
export { openCatalog, type Catalog } from './catalog.ts'
export {
  addDevice,
  bindTerminal,
  isSecret,
  noteHeartbeat,
  noteSeen,
  noteVersion,
  openDevices,
  quarantine,
  setSecret,
  type Device,
  type DeviceOrder,
  type Devices,
  type DeviceSettings,
  type NewDevice,
  type Seen,
} from './device.ts'
export { endCommand, openCommands, queueCommand, type NewCommand } from './device-command.ts'
export type { CommandState } from './command-state.ts'
export { NewPoint } from './ingest-contract.ts'
export { templateOf } from './declared-point.ts'
export { writeFault } from './device-source.ts'
export { namedPoints, type NamedPoint } from './device-points.ts'
export { addFix, fixFlags, fixIn, fixesOf, type Fix } from './fix.ts'
export { readFixesAt, type Moment } from './fix-at.ts'
export { fixKind, sampleKind, type ReadingKind } from './kind.ts'
export { addNode, addNodePoints, saveProfile, type NewNode } from './plant.ts'
export type { NodeLevel } from './plant-rule.ts'
export type { PointTemplate, Profile } from './profile-points.ts'
export type { Name, Point, PointKind } from './point.ts'
export { openForwarding, type ForwardDeps, type TelemetryEdge } from './forward.ts'
export { claimLinks, lastEpoch, linksAfter, linksMax, takeOrders, type Claimed, type LinkRow } from './link.ts'
export { beat, beatMs, leaveGateways, type Beat, type GatewayRow } from './gateway-row.ts'
export { framesAsked, tellFrames } from './frame-ask.ts'
export { tellMachines, type ToldMachine } from './machine-row.ts'
export { openElsewhere, type Elsewhere } from './elsewhere.ts'
export { startTaking, type ForwardedDeps } from './forwarded.ts'
export type { NatsConfig } from './nats/connection.ts'
export { startReceiving, type ReceiveDeps, type Receiver } from './nats/receive.ts'
export { newReadings, strideOf, type Readings } from './readings.ts'
export { addSample, fromSteps, quality, qualityIn, toSteps, type Quality } from './sample.ts'
export { openTelemetryStore, type StoreDeps, type TelemetryStore } from './store.ts'
export { identityOf, protocolRules, protocols, type Protocol, type ProtocolRule } from './protocol.ts'
export { reachesNode, seesAll } from './reach.ts'
export { readMinutes, type StoredMinute } from './stored.ts'
export { openTelemetry, type Hearer, type Telemetry, type TelemetryDeps } from './telemetry.ts'
export { readTrend, type Trend } from './trend.ts'
export { hj212Commands, jt808Commands } from './command-kind.ts'
export { isMediumKept, noteMedium, type MediumName } from './medium.ts'
export { keepFrame, keepFrames, type KeptWhy } from './kept-frame.ts'
export { gapsOf, keptFixes, type Span, type TrackDay } from './kept-track.ts'
export { findKeptTrack, keepTrack, type KeptTrack } from './kept-track-rows.ts'
export { keepRevision, keptSamples, type Revision } from './revision.ts'
export { contactOrders, isTold } from './first-contact.ts'
export { tellFirst } from './first-contact-rows.ts'
export type { FieldGateway, IngestAnswer, IngestRequest, LoggedFrame, MachineState } from './field-gateway.ts'
export { telemetryModule } from './module.ts'
