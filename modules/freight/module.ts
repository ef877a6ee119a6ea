import { caseDeps } from '@tingzhou/casework'
import { readStory, type ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import type {} from '@tingzhou/timers'
import { bridgeHandlers } from './bridge/bridge-handlers.ts'
import { matchHandler, waitingJob } from './bridge/match.ts'
import { carrierHandlers } from './carrier-handlers.ts'
import apiStory from './data/api-story.json' with { type: 'json' }
import webhookStory from './data/webhook-story.json' with { type: 'json' }
import { chainHandlers } from './chain/chain-handlers.ts'
import { nextHandler, nextJob } from './chain/follow.ts'
import { nextHandlers } from './chain/next-handlers.ts'
import { sweepPlansJob } from './chain/sweep.ts'
import { codeHandlers } from './code-handlers.ts'
import { complaintHandlers } from './complaint/complaint-handlers.ts'
import { complaintNotices } from './complaint/notices.ts'
import { complaintHost } from './complaint/process.ts'
import { freightContract } from './contract.ts'
import { deskHandlers, wallHandlers } from './desk/handlers.ts'
import { slotClock, sweepSlotsJob } from './dock/clock.ts'
import { dockHandlers } from './dock/dock-handlers.ts'
import { driverHandlers, drivingHandlers } from './driver-handlers.ts'
import { importHandlers } from './import-handlers.ts'
import { loadJobs } from './load/life.ts'
import { bidHandlers, loadHandlers, loadImportHandlers, shareHandlers } from './load/load-handlers.ts'
import { keepFreightBook } from './money/accounts.ts'
import { bankHandlers, batchHandlers, paymentHandlers, settlementHandlers } from './money/handlers.ts'
import { paidHandler } from './money/paid-handler.ts'
import { incomeHandlers, statementHandlers } from './money/statement-handlers.ts'
import { paperHandlers } from './paper-handlers.ts'
import { loadPaperKinds } from './paper-kind.ts'
import { placeHandlers } from './place/place-handlers.ts'
import { policyHandlers } from './policy/policy-handlers.ts'
import { ratingNotices } from './rating/notices.ts'
import { ratingHandlers } from './rating/rating-handlers.ts'
import { daySettled, dispatchDayJob } from './ratio/day.ts'
import { dispatchDayHandlers } from './ratio/day-handlers.ts'
import './reach.ts'
import { loadRiskRules } from './risk/edition.ts'
import { riskHandlers } from './risk/risk-handlers.ts'
import { tripJob } from './risk/trip.ts'
import { frameworkHandlers, termsHandlers } from './terms/handlers.ts'
import { loadTerms } from './terms/terms.ts'
import './texts.ts'
import { sweepToursJob } from './tour/sweep.ts'
import { tourHandlers } from './tour/tour-handlers.ts'
import { countHandlers } from './upload/count-handlers.ts'
import { countJob } from './upload/count-job.ts'
import { regulatorHandlers, uploadHandlers } from './upload/handlers.ts'
import { reporterOf, senderOf } from './upload/server.ts'
import { sweepJobs } from './upload/sweep.ts'
import { trackHandler } from './upload/track-rows.ts'
import { queueHandler, reportHandler } from './upload/upload-events.ts'
import { vehicleHandlers } from './vehicle-handlers.ts'
import { morningJob } from './warning.ts'
import { autoWaveJob, waveRunnerOf } from './wave/auto.ts'
import { sweepWavesJob } from './wave/sweep.ts'
import { waveHandlers } from './wave/wave-handlers.ts'
import { noticeHandler as waybillNotices } from './waybill/notices.ts'
import { waybillHost } from './waybill/process.ts'
import { searchHandler as waybillSearch } from './waybill/search.ts'
import { waybillHandlers } from './waybill/waybill-handlers.ts'
import { webhookTellers } from './webhook/tellers.ts'

for (const kind of ['freight_carrier', 'freight_driver', 'freight_vehicle', 'freight_load', 'freight_waybill'])
  registerSearchKind(kind)

/** What freight gives the server. */
export const freightModule: ServerModule = {
  name: 'freight',
  contract: freightContract,
  stories: [readStory(apiStory), readStory(webhookStory)],
  router: {
    codes: codeHandlers,
    carriers: carrierHandlers,
    drivers: driverHandlers,
    vehicles: vehicleHandlers,
    drivings: drivingHandlers,
    papers: paperHandlers,
    imports: importHandlers,
    terms: termsHandlers,
    contracts: frameworkHandlers,
    settlements: settlementHandlers,
    payments: paymentHandlers,
    batches: batchHandlers,
    bank: bankHandlers,
    statements: statementHandlers,
    incomes: incomeHandlers,
    places: placeHandlers,
    policies: policyHandlers,
    loads: loadHandlers,
    loadImports: loadImportHandlers,
    bids: bidHandlers,
    shares: shareHandlers,
    waybills: waybillHandlers,
    uploads: uploadHandlers,
    regulator: regulatorHandlers,
    uploadCounts: countHandlers,
    risk: riskHandlers,
    bridges: bridgeHandlers,
    ratings: ratingHandlers,
    complaints: complaintHandlers,
    desk: deskHandlers,
    wall: wallHandlers,
    waves: waveHandlers,
    dispatchDays: dispatchDayHandlers,
    tours: tourHandlers,
    docks: dockHandlers,
    nexts: nextHandlers,
    chains: chainHandlers,
  },
  start: async (deps) => {
    const { db, zoneId, clock } = deps
    await loadPaperKinds(db, zoneId, clock())
    await loadTerms(db, zoneId, clock())
    await loadRiskRules(db, zoneId, clock())
    await db.transaction().execute((tx) => keepFreightBook(tx, zoneId))
    return async () => {
      await waveRunnerOf(deps).settled()
      await daySettled(deps)
      await senderOf(deps).settled()
      await reporterOf(deps).settled()
    }
  },
  eventHandlers: (deps) => {
    const ports = caseDeps(deps)
    return [
      waybillNotices(ports),
      waybillSearch(ports),
      paidHandler(ports),
      queueHandler(ports),
      reportHandler(ports),
      trackHandler(ports),
      matchHandler(ports),
      ratingNotices(ports),
      complaintNotices(ports),
      nextHandler(ports),
    ]
  },
  processHosts: (deps) => [waybillHost(caseDeps(deps)), complaintHost(caseDeps(deps))],
  jobs: (deps) => [
    morningJob(deps),
    ...loadJobs(deps),
    tripJob(deps),
    ...sweepJobs(caseDeps(deps)),
    countJob(deps),
    waitingJob(caseDeps(deps)),
    autoWaveJob(deps),
    sweepWavesJob(deps),
    dispatchDayJob(deps),
    sweepToursJob(deps),
    slotClock(deps),
    sweepSlotsJob(deps),
    nextJob(caseDeps(deps)),
    sweepPlansJob(deps),
  ],
  timers: (deps) => [senderOf(deps).source, reporterOf(deps).source],
  webhooks: webhookTellers,
}
