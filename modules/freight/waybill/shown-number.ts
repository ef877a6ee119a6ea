/** A waybill's number as people read it, with its leg where it has one; free of server code, so that screens use it too. O(1). */
export const shownNumber = ({ number, serial }: { readonly number: string; readonly serial: string }): string =>
  serial === '0000' || serial === '' ? number : `${number}-${serial}`
