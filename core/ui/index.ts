import './kit.css'

export { announce, Announcer, usePageTitle } from './announce.tsx'
export {
  ApiProblem,
  createApi,
  decodeProblem,
  signedOutEvent,
  isNowhere,
  moveAnswer,
  toProblem,
  type ApiOptions,
  type FieldError,
  type ProblemBody,
} from './api.ts'
export { BpmnView, type BpmnStep, type BpmnToken, type BpmnViewProps } from './bpmn-view.tsx'
export { CaseCard, type CaseCardProps } from './case-card.tsx'
export { CaseDrawing } from './case-drawing.tsx'
export { CaseTrail } from './case-trail.tsx'
export { Chart, type ChartProps } from './chart.tsx'
export { ClearIcon } from './clear-icon.tsx'
export { newCommandId } from './command-id.ts'
export { useCommand, type Command, type CommandOptions, type Content, type Outcome } from './command.ts'
export { CopyId } from './copy-id.tsx'
export { DateField } from './date-field.tsx'
export {
  ChoiceItem,
  DayItem,
  DegreeItem,
  fileIds,
  FilesItem,
  FlagItem,
  PickItem,
  ScaledInput,
  ScaledItem,
  TagsItem,
  TextItem,
  useItem,
  type FindChoices,
  type ItemProps,
} from './fields.tsx'
export { Figure, type FigureProps } from './figure.tsx'
export { FileField, Photo, type FileFieldProps, type SendingFiles } from './file-field.tsx'
export { FormBox, FormPage, type FormBoxProps, type FormStep } from './form-page.tsx'
export {
  formatAmount,
  formatBig,
  formatBytes,
  formatDate,
  formatDuration,
  formatMass,
  formatMoney,
  formatNumber,
  formatShare,
  formatTime,
  formatTimeFull,
  instantOfLocalTime,
  localDateOf,
  localTimeOf,
  zoneToday,
} from './format.ts'
export { addTexts, i18n, serverLang, startI18n, switchLanguage, useText, type Lang, type UiLang } from './i18n.ts'
export { useKeyboard, useKeyList, useKeys, type KeyVerb } from './keys.ts'
export { ListPage, type ListColumn, type ListPageProps, type ListPageResult, type RowKey } from './list-page.tsx'
export { apiQuery, inputOf, type Choice, type ListFilter } from './list-url.ts'
export { type ListView } from './list-views.tsx'
export { useLive, type LiveEvent, type LiveOptions } from './live.tsx'
export { ManyChoices } from './many-choices.tsx'
export { MoveVerbs, type OfferedMove } from './move-verbs.tsx'
export { holdsRole, MeContext, useMe, type Me, type Membership, type Role } from './me.ts'
export { FormDrawer, OpenFormButton, rowItem, useOpenForm, useOpenRow } from './open-form.tsx'
export { useLate, useMedia, useNarrow, useNow, usePhone, useStillness } from './media.ts'
export { giveStylesNonce, useNonce } from './nonce.ts'
export { FactList, ObjectPage, type Fact, type ObjectPageProps, type ObjectTab } from './object-page.tsx'
export { Page, PageHead, Panel, type PageHeadProps } from './page.tsx'
export { PageNumbers } from './page-numbers.tsx'
export { usePalette, usePaletteName } from './palette.ts'
export {
  getPreferences,
  hasStoredLanguage,
  setPreferences,
  usePreferences,
  type Density,
  type Mode,
  type Preferences,
} from './preferences.ts'
export { ProblemAlert, problemText } from './problem-alert.tsx'
export { createQueryClient } from './query.ts'
export { scaledText, wholeOf, withoutZeros } from './scaled.ts'
export { Screen, type ScreenProps } from './screen.tsx'
export type {
  LocaleBundle,
  LocaleLoader,
  NavEntry,
  ObjectPlace,
  PaletteVerb,
  ScreenModule,
  SearchHit,
  SearchSource,
  Surface,
} from './screen-module.ts'
export { SecretDialog } from './secret-dialog.tsx'
export { SkeletonLines } from './skeleton.tsx'
export { StateShape, StateTag, type Shape, type Tone } from './state-tag.tsx'
export { PlainTable } from './plain-table.tsx'
export { EmptyState, NoRights, NotFound } from './states.tsx'
export {
  CheckedNumber,
  NumberField,
  NumberItem,
  useNumberFault,
  useNumberRule,
  WholeItem,
  type NumberFieldProps,
  type NumberLimits,
} from './number-field.tsx'
export { NumbersPage, type NumbersWish } from './numbers-page.tsx'
export { StateStepper, type Step, type StepState } from './stepper.tsx'
export {
  antdThemeOf,
  applyPalette,
  cssVariables,
  fontStack,
  palettes,
  type Palette,
  type PaletteName,
} from './theme.ts'
export { useToast, type Toast } from './toast.tsx'
export { HistoryTrail, type HistoryRow } from './history-trail.tsx'
export { Trail, type TrailEntry } from './trail.tsx'
export { UiProvider } from './ui-provider.tsx'
export { unitWord } from './unit-word.ts'
export { uploadFile, type UploadedFile, type UploadOptions } from './upload.ts'
export { VerbButton, type VerbButtonProps } from './verb-button.tsx'
export { ClockText, Due, When, type CaseClock, type ClockState } from './when.tsx'
export { zoneNow } from './zone-clock.ts'
