export { openGateway, type Gateway, type GatewayDeps, type GatewayPorts } from './gateway.ts'
export type { Medium } from './jt808/platform.ts'
