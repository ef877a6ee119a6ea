export {
  listTroubledMail,
  mailHandler,
  mailSource,
  type MailConfig,
  type MailDeps,
  type TroubledLetter,
} from './mail.ts'
export { createNoticesModule } from './module.ts'
export {
  addNotices,
  countUnread,
  noticeAdded,
  readNotices,
  removeOldNotices,
  setMutes,
  type NewNotice,
  type NoticeRow,
  type Unread,
} from './notice.ts'
export { noticeText, registerNoticeTexts, type NoticeTexts } from './texts.ts'
