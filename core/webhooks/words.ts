/** Words of webhooks; free of server code, so that the browser shows the same. */
export const endpointStates = ['open', 'paused', 'stopped'] as const
/** Who or what stopped an endpoint: its owner, an administrator, three days of nothing but failures, its own answer 410. */
export const stopCauses = ['owner', 'admin', 'failing', 'gone'] as const
export const deliveryStates = ['waiting', 'sending', 'delivered', 'given_up'] as const
/**
 * Why an attempt failed: another status than 2xx, a redirect, no answer in time, nobody there, an unknown name, an address inside,
 * a certificate that does not hold, a secret that the server cannot read any more; or why nothing is tried: the endpoint was stopped,
 * it waited too long.
 */
export const deliveryErrors = [
  'status',
  'redirect',
  'timeout',
  'unreachable',
  'name_unknown',
  'address_refused',
  'tls',
  'secret_unreadable',
  'stopped',
  'too_old',
] as const
export type EndpointState = (typeof endpointStates)[number]
export type StopCause = (typeof stopCauses)[number]
export type DeliveryState = (typeof deliveryStates)[number]
export type DeliveryError = (typeof deliveryErrors)[number]

/** Being sent, or in line for the first attempt of a round: nothing came of it that would make somebody ask again. */
export const isUnderWay = ({
  state,
  attempts,
}: {
  readonly state: DeliveryState
  readonly attempts: number
}): boolean => state === 'sending' || (state === 'waiting' && attempts === 0)

/** What the owner may ask for to see whether an endpoint hears. */
export const testType = 'webhook.test'

export const endpointsMax = 10
/** Bytes of one body. */
export const bodyBytesMax = 8_192

/** The events that tell screens of an endpoint and of its deliveries. */
export const endpointChanged = 'webhooks.endpoint_changed'
export const deliveryMoved = 'webhooks.delivery_moved'
