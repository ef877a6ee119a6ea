import { oncePerServer } from '@tingzhou/casework'
import { createUploadSender } from './sender.ts'
import { createTrackReporter } from './track.ts'

/** The sender of a server, made once. */
export const senderOf = oncePerServer(createUploadSender)

/** What reports trips on a server, made once; over the channel of its sender. */
export const reporterOf = oncePerServer((deps) => createTrackReporter({ ...deps, sender: senderOf(deps) }))
