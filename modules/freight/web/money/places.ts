import { useLocation } from 'react-router'

/** The addresses of these screens on the surface that the reader is on: shippers have statements at the counter. */
export function useMoneyPlaces() {
  const counter = useLocation().pathname.startsWith('/counter')
  const base = counter ? '/counter' : ''
  const statements = `${base}/freight-statements`
  return {
    counter,
    statements,
    statement: (id: string) => `${statements}/${id}`,
    waybill: (id: string) => `${base}/freight-waybills/${id}?tab=money`,
  }
}

export const placeOf = {
  desk: '/freight-money',
  payments: '/freight-payments',
  paymentsIn: (state: string) => `/freight-payments?state=${state}`,
  dueTo: (carrierId: string) => `/freight-payments?state=due&carrierId=${carrierId}`,
  batches: '/freight-payment-batches',
  batchesIn: (state: string) => `/freight-payment-batches?state=${state}`,
  batch: (id: string) => `/freight-payment-batches/${id}`,
  batchFile: (id: string) => `/api/v1/freight-payment-batches/${id}/file.xml`,
  reports: '/freight-bank-reports',
  report: (id: string) => `/freight-bank-reports/${id}`,
  payer: '/freight-payer',
  incomes: '/freight-incomes',
  carrier: (id: string) => `/freight-carriers/${id}`,
} as const
