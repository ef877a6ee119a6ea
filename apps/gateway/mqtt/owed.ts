/** The answers that one connection is owed, given in the order of what they answer. */
export type Owed = {
  /**
   * Begins to owe an answer.
   * @returns gives it; what it gives is sent as soon as everything owed before it was
   */
  readonly begin: () => (answer: Uint8Array | null) => void
}

type Debt = { answer: Uint8Array | null; isReady: boolean }

/**
 * Makes the order of answers of a connection. A debt whose answer is null is paid by saying nothing.
 * Source: MQTT 3.1.1 clause 4.6, [MQTT-4.6.0-2]. Amortised O(1).
 */
export function createOwed(send: (answer: Uint8Array) => void): Owed {
  const debts: Debt[] = []
  return {
    begin: () => {
      const debt: Debt = { answer: null, isReady: false }
      debts.push(debt)
      return (answer) => {
        debt.answer = answer
        debt.isReady = true
        while (debts[0]?.isReady) {
          const { answer: due } = debts.shift() as Debt
          if (due) send(due)
        }
      }
    },
  }
}
