import { useSurface } from '../carriage/surface.ts'

/** The addresses of complaints on the surface that the reader is on. */
export function useComplaintPlaces() {
  const { counter, waybill } = useSurface()
  const list = `${counter ? '/counter' : ''}/freight-complaints`
  return {
    counter,
    waybill,
    list,
    one: (id: string) => `${list}/${id}`,
    open: (waybillId?: string) => `${list}/new${waybillId === undefined ? '' : `?waybillId=${waybillId}`}`,
  }
}
