export {
  fileSizeMax,
  receiveFile,
  type FileDeps,
  type FileInfo,
  type Purpose,
  type Upload,
  type UploadError,
} from './file.ts'
export { attachEach, attachFiles, listFiles, type AttachError, type Attachment, type Attachments } from './link.ts'
export { filesModule } from './module.ts'
export { registerOpenedLog, type Opened, type OpenedLog } from './opened.ts'
export { findFile } from './read.ts'
export { openFileStore, type Draft, type FileStore, type Kept } from './store.ts'
export { sweepBytes, sweepOrphans } from './sweep.ts'
