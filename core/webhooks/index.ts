export { createWebhooks, type WebhookOptions } from './module.ts'
export type { Tale, Teller } from './teller.ts'
