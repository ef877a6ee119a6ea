/** Frames made for the tests; MN and PW are invented. Each is followed by CR LF on the wire. */
export const examples = {
  /** Real-time water data, an answer is wanted. */
  water:
    '##0231QN=20260703081500120;ST=32;CN=2011;PW=654321;MN=650100C0FFEE00000000C0D1;Flag=5;CP=&&DataTime=20260703081500;w00000-Rtd=12.40,w00000-Flag=N;w01001-Rtd=7.32,w01001-Flag=N;w01018-Rtd=28.6,w01018-Flag=N;w21003-Rtd=1.85,w21003-Flag=N&&7340',
  /** The platform's answer to it. */
  waterAnswer: '##0087QN=20260703081500120;ST=91;CN=9014;PW=654321;MN=650100C0FFEE00000000C0D1;Flag=4;CP=&&&&21C0',
  /** An hour of flue gas. */
  flueGas:
    '##0412QN=20260703090000001;ST=31;CN=2061;PW=654321;MN=650100C0FFEE000000000A01;Flag=5;CP=&&DataTime=20260703080000;a00000-Cou=182160,a00000-Min=48.1,a00000-Avg=50.6,a00000-Max=53.2,a00000-Flag=N;a21026-Min=8.1,a21026-Avg=11.4,a21026-Max=19.9,a21026-ZsAvg=11.6,a21026-Cou=2.077,a21026-Flag=N;a21002-Min=31.0,a21002-Avg=36.5,a21002-Max=44.2,a21002-ZsAvg=37.1,a21002-Cou=6.649,a21002-Flag=N;a19001-Avg=9.2,a19001-Flag=N&&7C40',
  /** A minute of an air station in two packets. */
  airPart1:
    '##0179QN=20260703091000200;ST=22;CN=2051;PW=654321;MN=650100C0FFEE000000000B02;Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20260703090000;a34004-Avg=31,a34004-Flag=N;a34002-Avg=58,a34002-Flag=N&&3480',
  airPart2:
    '##0181QN=20260703091000201;ST=22;CN=2051;PW=654321;MN=650100C0FFEE000000000B02;Flag=7;PNUM=2;PNO=2;CP=&&DataTime=20260703090000;a21026-Avg=6,a21026-Flag=N;a21005-Avg=0.412,a21005-Flag=N&&DA81',
  /** The platform sets an interval, the device accepts, the device has done it. */
  setInterval:
    '##0101QN=20260703100000000;ST=31;CN=1062;PW=654321;MN=650100C0FFEE000000000A01;Flag=5;CP=&&RtdInterval=60&&B2C1',
  accepted: '##0094QN=20260703100000000;ST=91;CN=9011;PW=654321;MN=650100C0FFEE000000000A01;Flag=4;CP=&&QnRtn=1&&7080',
  done: '##0095QN=20260703100000000;ST=91;CN=9012;PW=654321;MN=650100C0FFEE000000000A01;Flag=4;CP=&&ExeRtn=1&&8D01',
  /** The form of 2005: no QN, no Flag, old codes, MN of 14 characters. */
  of2005:
    '##0133ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20260703081500;B01-Rtd=36.9;011-Rtd=31.0,011-Flag=N;060-Rtd=1.80,060-Flag=N&&6300',
  /** A log text: four characters of three bytes each; an MN outside the alphabet. */
  log: '##0152QN=20260703110000000;ST=32;CN=3020;PW=654321;MN=A110000_XJCJ_WWTP_000001;Flag=5;CP=&&DataTime=20260703110000;PolId=w01018;i11001-Info=//更换试剂//&&E381',
  /** A heartbeat with the version bits of 2025. */
  heartbeat: '##0087QN=20260703110100000;ST=31;CN=9015;PW=654321;MN=650100C0FFEE000000000A01;Flag=9;CP=&&&&F9C1',
} as const

/** Everything but the log, whose MN strict readers refuse. */
export const strictExamples = Object.entries(examples).filter(([name]) => name !== 'log')

/** Bytes of a text. */
export const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A frame as it is sent. */
export const wire = (example: string): Uint8Array => toBytes(`${example}\r\n`)

/** Pieces behind one another. */
export function join(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
