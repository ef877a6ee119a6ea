import { useLocation } from 'react-router'

/** The addresses of these screens on the surface that the reader is on: exporters have them at the counter. */
export function useSurface() {
  const counter = useLocation().pathname.startsWith('/counter')
  const base = counter ? '/counter' : ''
  const of = (list: string) => ({
    list: `${base}/${list}`,
    new: `${base}/${list}/new`,
    one: (id: string) => `${base}/${list}/${id}`,
  })
  return {
    counter,
    shipments: of('export-shipments'),
    sales: of('export-contracts'),
    nurseries: of('export-nurseries'),
    lots: of('export-lots'),
    stock: of('overseas-stock'),
    counts: of('overseas-counts'),
    warehouses: of('overseas-warehouses'),
    trace: (subject: string, id: string) => `${base}/export-traces?subject=${subject}&id=${id}`,
    waybill: (id: string) => `${base}/freight-waybills/${id}`,
  }
}
