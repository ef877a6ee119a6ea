import { useLocation } from 'react-router'

/** The addresses of these screens on the surface that the reader is on: shippers have them at the counter. */
export function useSurface() {
  const counter = useLocation().pathname.startsWith('/counter')
  const base = counter ? '/counter' : ''
  const loads = `${base}/freight-loads`
  const places = `${base}/freight-places`
  const contracts = `${base}/freight-contracts`
  const policies = `${base}/freight-policies`
  return {
    counter,
    loads,
    newLoad: `${loads}/new`,
    importLoads: `${loads}/import`,
    load: (id: string) => `${loads}/${id}`,
    changeLoad: (id: string) => `${loads}/${id}/change`,
    copyLoad: (id: string) => `${loads}/new?copy=${id}`,
    places,
    newPlace: `${places}/new`,
    place: (id: string) => `${places}/${id}`,
    contracts,
    contract: (id: string) => `${contracts}/${id}`,
    policies,
    newPolicy: `${policies}/new`,
    policy: (id: string) => `${policies}/${id}`,
    waybill: (id: string) => `${base}/freight-waybills/${id}`,
    waybills: (loadId: string) => `${base}/freight-waybills?loadId=${loadId}`,
  }
}
