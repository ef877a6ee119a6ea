const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/**
 * A workbook as an answer that browsers save.
 * @param bytes  of the .xlsx
 * @param name  without its ending, in any script
 * Source: RFC 6266. O(size).
 */
export function sendWorkbook(bytes: Uint8Array, name: string) {
  const file = `${name}.xlsx`
  return {
    headers: {
      // With a plain name for clients that know no other.
      'content-disposition': `attachment; filename="export.xlsx"; filename*=UTF-8''${encodeURIComponent(file)}`,
      'cache-control': 'no-store',
    },
    body: new File([new Uint8Array(bytes)], file, { type: xlsx }),
  }
}
