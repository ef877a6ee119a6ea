import { epochMs, uuidv7 } from '@tingzhou/kernel'

/** A fresh command id. `crypto.randomUUID` is missing outside https and localhost, `getRandomValues` is not. */
export const newCommandId = (): string => uuidv7(epochMs(Date.now()), crypto.getRandomValues(new Uint8Array(10)))
